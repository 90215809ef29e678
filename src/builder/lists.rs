//! What the builder takes for several origins, methods or header names, and what rustc says of anything
//! else: a lone text, for one, which is the usual slip.
//!
//! Each trait has one blanket implementation, so that it stands for its bound alone. That it is not to
//! be recommended keeps rustc from looking further in and reporting "`&str` is not an iterator".

use super::inputs::{IntoHeaderName, IntoMethod, IntoOriginPattern};

/// What [`allow_origins`](crate::CorsBuilder::allow_origins) takes: an array, `Vec`, slice or any other
/// iterator of what [`IntoOriginPattern`] names.
///
/// # Example
/// See [`IntoOriginPattern`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of origins",
    label = "a list of origins belongs here",
    note = "to fix it, write a list, even of one origin: `.allow_origins([origin!(\"https://app.example.com\")])`",
    note = "each origin in the list is an `origin!(\"…\")`, a `&str` or a `String`"
)]
pub trait OriginList: IntoIterator<Item: IntoOriginPattern> {}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item: IntoOriginPattern>> OriginList for I {}

/// What [`allow_methods`](crate::CorsBuilder::allow_methods) takes: an array, `Vec`, slice or any other
/// iterator of what [`IntoMethod`] names.
///
/// # Example
/// See [`IntoMethod`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of methods",
    label = "a list of methods belongs here",
    note = "to fix it, write a list, even of one method: `.allow_methods([Method::PUT])`",
    note = "each method in the list is an `http::Method`, a `&str` or a `String`"
)]
pub trait MethodList: IntoIterator<Item: IntoMethod> {}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item: IntoMethod>> MethodList for I {}

/// What [`allow_headers`](crate::CorsBuilder::allow_headers) and
/// [`expose_headers`](crate::CorsBuilder::expose_headers) take: an array, `Vec`, slice or any other
/// iterator of what [`IntoHeaderName`] names.
///
/// # Example
/// See [`IntoHeaderName`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of header names",
    label = "a list of header names belongs here",
    note = "to fix it, write a list, even of one name: `[CONTENT_TYPE]` or `[\"x-api-key\"]`",
    note = "each name in the list is an `http::HeaderName`, a `&str` or a `String`"
)]
pub trait HeaderNameList: IntoIterator<Item: IntoHeaderName> {}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item: IntoHeaderName>> HeaderNameList for I {}
