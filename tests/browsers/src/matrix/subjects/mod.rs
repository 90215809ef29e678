//! The rows, by what they are about.

mod caching;
mod content_types;
mod cookies;
mod credentials;
mod elements;
mod exposed;
mod headers;
mod methods;
mod modes;
mod origins;
mod other_servers;
mod other_ways;
mod public_page;
mod redirects;
mod rejecting;
mod resource_policy;
mod several_layers;
mod statuses;
mod timing;
mod tls;

use super::row::Subject;

pub(crate) fn all() -> Vec<Subject> {
    vec![
        origins::subject(),
        methods::subject(),
        headers::subject(),
        content_types::subject(),
        credentials::subject(),
        cookies::subject(),
        exposed::subject(),
        statuses::subject(),
        redirects::subject(),
        caching::subject(),
        other_ways::subject(),
        elements::subject(),
        modes::subject(),
        resource_policy::subject(),
        timing::subject(),
        several_layers::subject(),
        rejecting::subject(),
        public_page::subject(),
        tls::subject(),
        other_servers::subject(),
    ]
}
