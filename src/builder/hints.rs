//! What rustc says if a builder is used as a layer, and about `CorsLayer::new()`.

use std::sync::Arc;

use tower_layer::Layer;

use super::CorsBuilder;
use crate::layer::CorsLayer;
use crate::policy::Policy;
use crate::service::Cors;

/// No builder implements this. It only carries a message for rustc.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this CORS policy is not built yet: call `.build()?` before you use it as a layer",
    label = "a `CorsBuilder` is not a layer",
    note = "write `let cors = CorsLayer::builder()….build()?;` and then `.layer(cors)`",
    note = "`build()` returns a `Result`, because the policy may have problems: `?` or `.unwrap()` takes the layer out"
)]
pub trait Built {}

/// Never usable, because no builder implements [`Built`].
#[doc(hidden)]
impl<S, M> Layer<S> for CorsBuilder<M>
where
    Self: Built,
{
    type Service = Cors<S>;

    fn layer(&self, inner: S) -> Cors<S> {
        CorsLayer::from(Arc::new(Policy::placeholder())).layer(inner)
    }
}

/// No type implements this. It only carries a message for rustc.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a builder makes a `CorsLayer`: write `CorsLayer::builder()`",
    label = "`CorsLayer::new` does not make a layer",
    note = "for example `CorsLayer::builder().allow_origins([origin!(\"https://app.example.com\")]).build()?`",
    note = "to allow everything without credentials, write `CorsLayer::permissive()`"
)]
pub trait New<'a> {}

impl CorsLayer {
    /// Never callable. The lifetime keeps rustc from checking the bound until someone calls this.
    #[doc(hidden)]
    #[expect(
        clippy::new_ret_no_self,
        reason = "people chain the methods of the builder to it"
    )]
    pub fn new<'a>() -> CorsBuilder
    where
        Self: New<'a>,
    {
        Self::builder()
    }
}
