//! What credentials exclude, where no type has seen to it.

use crate::builder::draft::Draft;
use crate::error::credentials::Excluded;
use crate::error::{Field, Problem, Reason};

impl Draft {
    /// What the builder's types make impossible, and data can say.
    pub(in crate::builder) fn check_credentials_with(
        &self,
        excluded: Excluded,
        problems: &mut Vec<Problem>,
    ) {
        let (is_chosen, field, text) = match excluded {
            Excluded::AnyOrigin => (self.any_origin, Field::Origins, "*"),
            Excluded::NullOrigin => (self.null_origin, Field::NullOrigin, "null"),
            Excluded::AnyMethod => (self.any_method, Field::Methods, "*"),
            Excluded::AnyHeader => (self.any_header, Field::Headers, "*"),
            Excluded::AnyExposedHeader => (self.expose_any, Field::ExposedHeaders, "*"),
        };
        if is_chosen && self.credentials {
            let reason = Reason::WithCredentials(excluded);
            problems.push(Problem::new(field, None, text, reason, excluded.fix()));
        }
    }
}
