//! The check of presets, and the entries that they add to the lists.

use std::str::FromStr;

use crate::builder::unchecked::UncheckedPolicy;
use crate::error::{Field, Problems, Reason};
use crate::policy::presets::Preset;

impl UncheckedPolicy {
    /// The presets, each once, in their order.
    pub(super) fn check_presets(&self, problems: &mut Problems) -> Vec<Preset> {
        let mut checked = Vec::new();
        for (index, text) in self.presets.iter().enumerate() {
            match Preset::of_name(text) {
                Some(preset) if checked.contains(&preset) => {}
                Some(preset) => checked.push(preset),
                None => {
                    let names: Vec<_> = Preset::ALL.iter().map(|preset| preset.name()).collect();
                    let names = format!("{names:?}");
                    let fix = format!("write one of {}", names.trim_matches(['[', ']']));
                    let (field, reason) = (Field::Presets, Reason::UnknownPreset);
                    problems.add(field, Some(index), text, reason, &fix);
                }
            }
        }
        checked
    }

    /// Runs after the lists are checked, because an index in an error counts the entries of the written list. The
    /// entries of a preset come last, even if the list has them too.
    pub(super) fn add_presets(&mut self) {
        let rules = &mut self.rules;
        for preset in &rules.presets {
            add(&mut rules.methods.listed, preset.methods());
            add(&mut rules.request_headers.listed, preset.request_headers());
            add(&mut rules.exposed_headers.listed, preset.exposed_headers());
        }
    }
}

fn add<T: PartialEq + FromStr>(list: &mut Vec<T>, further: &[&str]) {
    for entry in further.iter().filter_map(|text| text.parse().ok()) {
        list.retain(|other| *other != entry);
        list.push(entry);
    }
}
