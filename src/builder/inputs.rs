//! What the builder takes for an origin, a method or a header name.

use http::{HeaderName, HeaderValue, Method};

use crate::origin::{OriginError, OriginPattern};

/// What [`allow_origins`](crate::CorsBuilder::allow_origins) takes: an [`OriginPattern`], or a text that
/// `build()` checks.
///
/// # Example
/// ```
/// use tower_cors::{CorsLayer, origin};
///
/// let from_settings: Vec<String> = vec!["https://app.example.com".into()];
/// let cors = CorsLayer::builder()
///     .allow_origins(&from_settings)
///     .allow_origins([origin!("http://localhost:*")])
///     .build()?;
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no origin pattern",
    note = "write `origin!(\"https://app.example.com\")`, or a `&str` or `String`"
)]
pub trait IntoOriginPattern {
    /// The pattern, or why there is none.
    ///
    /// # Errors
    /// If the text is no origin pattern.
    fn into_origin_pattern(self) -> Result<OriginPattern, OriginError>;
}

impl IntoOriginPattern for OriginPattern {
    fn into_origin_pattern(self) -> Result<OriginPattern, OriginError> {
        Ok(self)
    }
}

impl IntoOriginPattern for &str {
    fn into_origin_pattern(self) -> Result<OriginPattern, OriginError> {
        OriginPattern::parse(self)
    }
}

impl IntoOriginPattern for String {
    fn into_origin_pattern(self) -> Result<OriginPattern, OriginError> {
        OriginPattern::parse(self)
    }
}

/// For code that comes from tower-http, whose origins are header values.
impl IntoOriginPattern for HeaderValue {
    fn into_origin_pattern(self) -> Result<OriginPattern, OriginError> {
        OriginPattern::parse(String::from_utf8_lossy(self.as_bytes()))
    }
}

impl<T: IntoOriginPattern + Clone> IntoOriginPattern for &T {
    fn into_origin_pattern(self) -> Result<OriginPattern, OriginError> {
        self.clone().into_origin_pattern()
    }
}

/// What [`allow_methods`](crate::CorsBuilder::allow_methods) takes: a [`Method`], or a text that
/// `build()` checks.
///
/// # Example
/// ```
/// use http::Method;
/// use tower_cors::{CorsLayer, origin};
///
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .allow_methods([Method::PUT])
///     .allow_methods(["PROPFIND"])
///     .build()?;
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no method",
    note = "write `Method::PUT`, or a `&str` or `String`"
)]
pub trait IntoMethod {
    /// The method, or the text that is none.
    ///
    /// # Errors
    /// If the text is no method.
    fn into_method(self) -> Result<Method, String>;
}

impl IntoMethod for Method {
    fn into_method(self) -> Result<Method, String> {
        Ok(self)
    }
}

impl IntoMethod for &str {
    fn into_method(self) -> Result<Method, String> {
        Method::from_bytes(self.as_bytes()).map_err(|_| self.to_owned())
    }
}

impl IntoMethod for String {
    fn into_method(self) -> Result<Method, String> {
        self.as_str().into_method()
    }
}

impl<T: IntoMethod + Clone> IntoMethod for &T {
    fn into_method(self) -> Result<Method, String> {
        self.clone().into_method()
    }
}

/// What [`allow_headers`](crate::CorsBuilder::allow_headers) and
/// [`expose_headers`](crate::CorsBuilder::expose_headers) take: a [`HeaderName`], or a text in any case
/// that `build()` checks.
///
/// # Example
/// ```
/// use http::header::CONTENT_TYPE;
/// use tower_cors::{CorsLayer, origin};
///
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .allow_headers([CONTENT_TYPE])
///     .allow_headers(["X-Api-Key"])
///     .build()?;
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no header name",
    note = "write `CONTENT_TYPE`, or a `&str` or `String`"
)]
pub trait IntoHeaderName {
    /// The name, or the text that is none.
    ///
    /// # Errors
    /// If the text is no header name.
    fn into_header_name(self) -> Result<HeaderName, String>;
}

impl IntoHeaderName for HeaderName {
    fn into_header_name(self) -> Result<HeaderName, String> {
        Ok(self)
    }
}

impl IntoHeaderName for &str {
    fn into_header_name(self) -> Result<HeaderName, String> {
        HeaderName::from_bytes(self.as_bytes()).map_err(|_| self.to_owned())
    }
}

impl IntoHeaderName for String {
    fn into_header_name(self) -> Result<HeaderName, String> {
        self.as_str().into_header_name()
    }
}

impl<T: IntoHeaderName + Clone> IntoHeaderName for &T {
    fn into_header_name(self) -> Result<HeaderName, String> {
        self.clone().into_header_name()
    }
}
