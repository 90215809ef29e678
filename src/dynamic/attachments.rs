//! What is attached to a layer: observers, a second policy, the diagnosis header.

use super::diagnosis::Diagnose;
use super::observe::Observer;
use super::shadow::Shadow;

#[derive(Clone, Default)]
pub(crate) struct Attachments {
    pub(super) observers: Vec<Observer>,
    /// A function pointer, so only programs that call it contain its code.
    pub(super) diagnose: Option<Diagnose>,
    pub(super) shadow: Option<Shadow>,
}

impl Attachments {
    pub(crate) fn add_observer(&mut self, observer: Observer) {
        self.observers.push(observer);
    }

    pub(crate) fn set_shadow(&mut self, shadow: Shadow) {
        self.shadow = Some(shadow);
    }

    pub(crate) fn set_diagnose(&mut self, diagnose: Diagnose) {
        self.diagnose = Some(diagnose);
    }

    /// Whether something needs each decision with its reason.
    pub(super) fn need_decisions(&self) -> bool {
        !self.observers.is_empty() || self.diagnose.is_some()
    }

    /// The names of the methods that attached something.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        if !self.observers.is_empty() {
            names.push("on_decision");
        }
        if self.diagnose.is_some() {
            names.push("dangerously_expose_diagnosis");
        }
        if self.shadow.is_some() {
            names.push("shadow");
        }
        names
    }
}
