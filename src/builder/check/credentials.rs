//! What cannot be combined with credentials. The builder rejects it at compile time. A configuration has only this
//! check.

use crate::builder::unchecked::UncheckedPolicy;
use crate::error::credentials::CredentialConflict;
use crate::error::{Field, Problems, Reason};

impl UncheckedPolicy {
    /// The builder cannot express these combinations, but a configuration can.
    pub(super) fn check_credentials_with(
        &self,
        excluded: CredentialConflict,
        problems: &mut Problems,
    ) {
        let (is_chosen, field, text) = match excluded {
            CredentialConflict::AnyOrigin => (self.rules.any_origin, Field::Origins, "*"),
            CredentialConflict::NullOrigin => (
                self.rules.settings.allow_null_origin,
                Field::NullOrigin,
                "null",
            ),
            CredentialConflict::AnyMethod => (self.rules.methods.any, Field::Methods, "*"),
            CredentialConflict::AnyHeader => (self.rules.request_headers.any, Field::Headers, "*"),
            CredentialConflict::AnyExposedHeader => {
                (self.rules.exposed_headers.any, Field::ExposedHeaders, "*")
            }
        };
        if is_chosen && self.rules.settings.credentials {
            let reason = Reason::WithCredentials(excluded);
            problems.add(field, None, text, reason, excluded.fix());
        }
    }
}
