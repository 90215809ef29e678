//! What rustc says if a builder is used as a layer, and about `CorsLayer::new()` and `very_permissive()`.

use std::sync::Arc;

use tower_layer::Layer;

use super::CorsBuilder;
use super::choose::CorsChoiceBuilder;
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

/// No choice implements this. It only carries a message for rustc.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this choice of CORS policies is not finished: call `.otherwise(policy)?` or `.otherwise_no_cors()?`",
    label = "a `CorsChoiceBuilder` is not a layer",
    note = "write `let cors = CorsLayer::choose()….otherwise(policy)?;` and then `.layer(cors)`"
)]
pub trait Finished<S> {}

/// Never usable, because no choice implements [`Finished`].
#[doc(hidden)]
impl<S> Layer<S> for CorsChoiceBuilder
where
    Self: Finished<S>,
{
    type Service = Cors<S>;

    fn layer(&self, inner: S) -> Cors<S> {
        CorsLayer::disabled().layer(inner)
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

/// No type implements this. It only carries a message for rustc.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "there is no `very_permissive()`: it lets every page act as its visitor. Name the pages: `CorsLayer::builder().allow_origins([…]).allow_credentials().build()?`",
    label = "`permissive()` is not the same: it has no credentials",
    note = "for development, `.allow_loopback_origins().allow_credentials()` allows all pages of this machine"
)]
pub trait VeryPermissive<'a> {}

impl CorsLayer {
    /// Never callable, as [`Self::new`].
    #[doc(hidden)]
    pub fn very_permissive<'a>() -> Self
    where
        Self: VeryPermissive<'a>,
    {
        Self::disabled()
    }

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
