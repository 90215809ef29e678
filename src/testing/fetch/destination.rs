//! Destinations: what a page loads a response for.

/// What the page loads the response for. It changes `Sec-Fetch-Dest` and `Accept`, and some responses are blocked.
///
/// | | [mode](crate::testing::RequestMode) | [credentials](crate::testing::CredentialsMode) | destination |
/// |---|---|---|---|
/// | `fetch()` | `Cors` | `SameOrigin` | `Empty` |
/// | `<img>`, `<video>`, `<audio>` | `NoCors` | `Include` | `Image`, `Video`, `Audio` |
/// | `<script>`, `<link rel=stylesheet>` | `NoCors` | `Include` | `Script`, `Style` |
/// | one of these with `crossorigin` | `Cors` | `SameOrigin` | the same |
/// | one of these with `crossorigin=use-credentials` | `Cors` | `Include` | the same |
/// | `<script type=module>`, `@font-face` | `Cors` | `SameOrigin` | `Script`, `Font` |
///
/// A response of type `Opaque` is shown or run, but the page can't look into it: an image taints its canvas, and a
/// script's errors have no details.
///
/// An `<img>`, `<video>` or `<audio>` of an https page is loaded over https, even if its URL says http.
///
/// [Fetch standard, request destination](https://fetch.spec.whatwg.org/#concept-request-destination)
///
/// # Example
/// A font always needs CORS:
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower_cors::testing::{Browser, Destination, Step, assert_blocks};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut app = Router::new().route("/a.woff2", get(|| async { "font" }));
/// let request = Request::get("https://cdn.example/a.woff2").body(Body::empty())?;
/// let mut page =
///     Browser::at("https://app.example.com").destination(Destination::Font);
/// let blocked = assert_blocks!(page.fetch(&mut app, request).await, Step::CorsCheck);
/// assert_eq!(
///     blocked.exchanges()[0].request_headers()["sec-fetch-dest"],
///     "font"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Destination {
    /// The empty string, for `fetch()`, `XMLHttpRequest`, `EventSource`, `WebSocket` and beacons.
    #[default]
    Empty,
    /// `audio`
    Audio,
    /// `font`
    Font,
    /// `image`
    Image,
    /// `json`: `import … with { type: "json" }`
    Json,
    /// `manifest`
    Manifest,
    /// `script`
    Script,
    /// `style`
    Style,
    /// `track`: subtitles
    Track,
    /// `video`
    Video,
    /// `worker`
    Worker,
}

impl Destination {
    /// The value of `Sec-Fetch-Dest`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Audio => "audio",
            Self::Font => "font",
            Self::Image => "image",
            Self::Json => "json",
            Self::Manifest => "manifest",
            Self::Script => "script",
            Self::Style => "style",
            Self::Track => "track",
            Self::Video => "video",
            Self::Worker => "worker",
        }
    }

    /// [Fetch standard, fetch](https://fetch.spec.whatwg.org/#concept-fetch), the step that adds `Accept`
    pub(crate) fn accept(self) -> &'static str {
        match self {
            Self::Image => "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
            Self::Json => "application/json,*/*;q=0.5",
            Self::Style => "text/css,*/*;q=0.1",
            _ => "*/*",
        }
    }

    /// [Fetch standard, script-like](https://fetch.spec.whatwg.org/#request-destination-script-like)
    pub(crate) fn is_script_like(self) -> bool {
        matches!(self, Self::Script | Self::Worker)
    }

    /// [Mixed Content, upgradeable content](https://w3c.github.io/webappsec-mixed-content/#upgrade-algorithm), step 1
    pub(crate) fn is_upgradeable(self) -> bool {
        matches!(self, Self::Image | Self::Audio | Self::Video)
    }
}
