//! Checks of what CORS does not stop: forms of other sites, and pages whose own name leads to the server.

use http::StatusCode;

use super::fault::{Fault, Severity};
use super::probe::Reply;
use super::report::Report;

/// A form of an unknown origin. The audit can't see whether the handler ran; these are the answers of others.
pub(super) fn check_form_of_stranger(reply: &Reply, report: &mut Report, path: &str) {
    let is_stopped = matches!(
        reply.status,
        StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::MISDIRECTED_REQUEST
    );
    if !is_stopped {
        report.find(
            Fault::CrossSiteWrite,
            Severity::High,
            path,
            reply.evidence(),
        );
    }
}

/// A GET under a foreign name, to a server on the visitor's own machine.
pub(super) fn check_foreign_host(reply: &Reply, report: &mut Report, path: &str) {
    if reply.status.is_success() {
        report.note(format!(
            "{path} answers to any name, so a page whose own name leads to this machine can use it (DNS \
             rebinding): for a server that only this machine uses, call .allow_loopback_hosts()"
        ));
    }
}
