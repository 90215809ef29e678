//! The same policy with other origins, without reading the whole list again.

use std::sync::Arc;

use super::UncheckedPolicy;
use super::inputs::{IntoItem, IntoList, Item};
use crate::error::{ConfigError, Field, Problems, Reason};
use crate::origin::OriginPattern;
use crate::policy::Policy;

impl Policy {
    /// The same policy with some origins more, and some fewer. Use it if the list is long and little of it changes: `build`
    /// reads every origin, and this reads only those that change and copies the others. `docs/fleet.md` has figures.
    ///
    /// Only exact origins can be changed, not patterns. What is added is checked as in `build`. To remove an origin that
    /// is not there does nothing. An origin in both lists is removed. It stays allowed if something else allows it: a
    /// pattern, a function, a look-up. If nobody is left, the policy allows nobody.
    ///
    /// # Errors
    /// If an entry is not an origin or is a pattern, or if `build` would refuse to add it. The error lists all of them.
    ///
    /// # Example
    /// ```
    /// use tower_cors::CorsLayer;
    ///
    /// let first =
    ///     CorsLayer::builder().allow_origins(["https://a.example", "https://b.example"]);
    /// let (cors, handle) = CorsLayer::reloadable(first.build()?)?;
    ///
    /// // one task follows the changes in your database
    /// let next = handle
    ///     .current()
    ///     .change_origins(["https://c.example"], ["https://a.example"])?;
    /// handle.replace(next)?;
    /// assert_eq!(
    ///     cors.policy().origins().collect::<Vec<_>>(),
    ///     ["https://b.example", "https://c.example"]
    /// );
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn change_origins(
        &self,
        add: impl IntoList<OriginPattern>,
        remove: impl IntoList<OriginPattern>,
    ) -> Result<Arc<Self>, ConfigError> {
        let mut unchecked = UncheckedPolicy {
            rules: self.rules.clone(),
            ..UncheckedPolicy::new(self.notation)
        };
        let mut problems = Problems::default();
        let added = unchecked.exact_origins(add, &mut problems);
        // Whatever is there can be removed, whatever its risks are.
        unchecked.rules.credentials = false;
        let removed = unchecked.exact_origins(remove, &mut problems);
        problems.into_result()?;
        self.with_origins(&added, &removed)
            .map(Arc::new)
            .map_err(|error| error.for_list(self.origins().count(), self.notation))
    }
}

impl UncheckedPolicy {
    fn exact_origins(
        &self,
        list: impl IntoList<OriginPattern>,
        problems: &mut Problems,
    ) -> Vec<OriginPattern> {
        let mut origins = Vec::new();
        for (index, item) in list.into_iter().map(IntoItem::into_item).enumerate() {
            let read = match item {
                Item::Value(origin) => Ok(origin),
                Item::Text(text) => OriginPattern::parse(text),
            };
            match self.check_origin(index, read, problems) {
                Some(origin) if !origin.is_exact() => {
                    let fix = "name each origin, or build the policy anew";
                    let (field, text) = (Field::Origins, origin.as_str());
                    problems.add(field, Some(index), text, Reason::PatternInChange, fix);
                }
                origin => origins.extend(origin),
            }
        }
        origins
    }
}
