//! What the builder takes in its lists, and what rustc says about anything else, such as a single text.
//!
//! Each trait has one blanket implementation behind its bound. `do_not_recommend` keeps rustc from looking inside and
//! reporting "`&str` is not an iterator".

use http::{HeaderName, HeaderValue, Method};

use crate::matcher::Texts;
use crate::origin::OriginPattern;

/// A list of origins, methods or header names (`T`): an array, a `Vec`, or any other iterator over
/// [items](IntoItem).
///
/// # Example
/// ```
/// use http::{Method, header::CONTENT_TYPE};
/// use tower_cors::{CorsLayer, origin};
///
/// let from_settings: Vec<String> = vec!["https://app.example.com".into()];
/// let cors = CorsLayer::builder()
///     .allow_origins(&from_settings)
///     .allow_origins([origin!("http://localhost:*")])
///     .allow_methods([Method::PUT])
///     .allow_methods(["PROPFIND"])
///     .allow_headers([CONTENT_TYPE])
///     .allow_headers(["X-Api-Key"])
///     .build()?;
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of `{T}`",
    label = "expected a list of `{T}`",
    note = "to fix it, write a list, even for one entry: `.allow_origins([origin!(\"https://app.example.com\")])`, `.allow_methods([Method::PUT])`, `.allow_headers([CONTENT_TYPE])`",
    note = "an entry can be a `&str` or a `String` too: `.allow_headers([\"x-api-key\"])`",
    note = "to allow any, call `.allow_any_origin()`, `.allow_any_method()`, `.allow_any_header()` or `.expose_any_header()`"
)]
pub trait IntoList<T>: IntoIterator<Item: IntoItem<T>> {}

#[diagnostic::do_not_recommend]
impl<T, I: IntoIterator<Item: IntoItem<T>>> IntoList<T> for I {}

/// One entry of a list (`T`): an [`OriginPattern`], a [`Method`] or a [`HeaderName`], or a text that
/// [`build`](crate::CorsBuilder::build) reads. Origins may also be [`HeaderValue`]s, as in tower-http. You cannot
/// implement this trait.
///
/// # Example
/// See [`IntoList`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `{T}`",
    label = "expected a `{T}`, or a text",
    note = "to fix it, write an `origin!(\"https://app.example.com\")`, a `Method` or a `HeaderName`, or a `&str` or `String`"
)]
pub trait IntoItem<T> {
    #[doc(hidden)]
    fn into_item(self) -> Item<T>;
}

/// A value, or a text that has not been read yet.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub enum Item<T> {
    Value(T),
    Text(String),
}

impl<T: Clone> Item<T> {
    /// The value, or the text and the error if the text cannot be read.
    pub(super) fn read<E>(&self, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T, (&str, E)> {
        match self {
            Self::Value(value) => Ok(value.clone()),
            Self::Text(text) => parse(text).map_err(|error| (&**text, error)),
        }
    }
}

impl IntoItem<OriginPattern> for OriginPattern {
    fn into_item(self) -> Item<OriginPattern> {
        Item::Value(self)
    }
}

impl IntoItem<OriginPattern> for HeaderValue {
    fn into_item(self) -> Item<OriginPattern> {
        Item::Text(String::from_utf8_lossy(self.as_bytes()).into_owned())
    }
}

impl IntoItem<Method> for Method {
    fn into_item(self) -> Item<Method> {
        Item::Value(self)
    }
}

impl IntoItem<HeaderName> for HeaderName {
    fn into_item(self) -> Item<HeaderName> {
        Item::Value(self)
    }
}

impl<T> IntoItem<T> for &str {
    fn into_item(self) -> Item<T> {
        Item::Text(self.to_owned())
    }
}

impl<T> IntoItem<T> for String {
    fn into_item(self) -> Item<T> {
        Item::Text(self)
    }
}

impl<T, I: IntoItem<T> + Clone> IntoItem<T> for &I {
    fn into_item(self) -> Item<T> {
        self.clone().into_item()
    }
}

/// A list of origins. A long one takes little more memory than its texts, and a text that is added is not copied again.
#[derive(Clone, Default)]
pub(super) struct OriginInputs {
    first: Vec<Item<OriginPattern>>,
    /// What comes after the first ones.
    more: Texts,
}

/// More than people write by hand.
const FIRST: usize = 1_000;

impl OriginInputs {
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    pub(super) fn into_parts(self) -> (Vec<Item<OriginPattern>>, Texts) {
        (self.first, self.more)
    }
}

impl Extend<Item<OriginPattern>> for OriginInputs {
    fn extend<I: IntoIterator<Item = Item<OriginPattern>>>(&mut self, items: I) {
        for item in items {
            if self.first.len() < FIRST {
                self.first.push(item);
            } else {
                match item {
                    Item::Value(origin) => self.more.push(origin.as_str()),
                    Item::Text(text) => self.more.push(&text),
                }
            }
        }
    }
}
