//! One finding of an audit: a fault with its path, severity and evidence.

use std::fmt;

use super::fault::{Fault, Severity};
use crate::testing::report::mistakes::Mistake;

/// One fault at one path.
///
/// # Example
/// ```
/// use axum::{Router, routing::get};
/// use tower_cors::testing::{Fault, Severity, audit};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let items = || async {
///     (
///         [("access-control-allow-origin", "https://app.example.com/")],
///         "[]",
///     )
/// };
/// let mut app = Router::new().route("/items", get(items));
/// let report = audit(&mut app, ["/items"]).await;
/// let finding = &report.findings()[0];
/// assert_eq!(finding.fault(), Fault::AllowOriginInvalid);
/// assert_eq!(finding.severity(), Severity::High);
/// assert_eq!(finding.path(), "https://server.example/items");
/// assert!(finding.evidence()[0].contains("https://app.example.com/"));
/// assert!(finding.fix().contains("origin!"));
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub(crate) fault: Fault,
    pub(crate) severity: Severity,
    pub(crate) path: String,
    pub(crate) evidence: Vec<String>,
    pub(crate) mistakes: Vec<Mistake>,
}

impl Finding {
    /// What is wrong.
    ///
    /// # Example
    /// See [`Finding`].
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// How bad it is.
    ///
    /// # Example
    /// See [`Finding`].
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The URL of the path.
    ///
    /// # Example
    /// See [`Finding`].
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The requests and responses that show the fault: one line each, at most eight.
    ///
    /// # Example
    /// See [`Finding`].
    #[must_use]
    pub fn evidence(&self) -> &[String] {
        &self.evidence
    }

    /// Common mistakes that explain the fault, such as a layer in the wrong place.
    ///
    /// # Example
    /// ```
    /// use axum::{Router, routing::get};
    /// use tower_cors::testing::{Audit, Mistake};
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tower_cors::ConfigError> {
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .build()?;
    /// // the layer comes before the route
    /// let mut app = Router::new()
    ///     .layer(cors)
    ///     .route("/items", get(|| async { "[]" }));
    /// let report = Audit::new()
    ///     .page("https://app.example.com")
    ///     .run(&mut app, ["/items"])
    ///     .await;
    /// assert_eq!(
    ///     report.findings()[0].likely_mistakes(),
    ///     [Mistake::LayerBeforeRoute]
    /// );
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn likely_mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// How to fix it, with this crate and with any server.
    ///
    /// # Example
    /// See [`Finding`].
    #[must_use]
    pub fn fix(&self) -> &'static str {
        self.fault.fix()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.severity, self.path, self.fault)?;
        for evidence in &self.evidence {
            write!(f, "\n  proof {evidence}")?;
        }
        for mistake in &self.mistakes {
            write!(f, "\n  why   {mistake}")?;
        }
        write!(f, "\n  fix   {}", self.fix())
    }
}
