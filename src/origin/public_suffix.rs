//! Public suffixes: names under which anyone can get a domain. <https://publicsuffix.org/>

use super::pattern::OriginPattern;

impl OriginPattern {
    /// Whether anyone can get a domain that the pattern allows, as far as this build knows. That is so if the domain
    /// after its `*` is one label, is a public suffix, or has one below it.
    ///
    /// `run.app` is not a public suffix, but `a.run.app` is. `https://*.run.app` allows the domains below both.
    pub(crate) fn is_over_public_suffix(&self) -> bool {
        let base = self.host();
        (self.allows_subdomains() || self.first_label().is_some()) && find_suffix(base).is_some()
    }

    /// What to write instead of a pattern over a public suffix.
    pub(crate) fn fix_over_public_suffix(&self) -> String {
        let (scheme, base, port) = (self.scheme(), self.host(), self.port_text());
        if let Some(label) = self.first_label() {
            return format!(
                "serve the previews below a domain of your own, as in \
                 \"{scheme}://{label}.preview.example.com{port}\", leave credentials out"
            );
        }
        match find_suffix(base) {
            Some(Suffix::BelowTheName) => "write each origin in full, without a \"*\"".to_owned(),
            Some(Suffix::IsTheName) | None => format!(
                "write the domain that you own, as in \"{scheme}://*.example.{base}{port}\""
            ),
        }
    }
}

/// Where a public suffix is, relative to a name.
#[derive(Clone, Copy)]
enum Suffix {
    IsTheName,
    BelowTheName,
}

/// Whether a host is a name that a hosting service gave: its owner can't create names beside or below it.
#[cfg(feature = "testing")]
pub(crate) fn is_on_hosting_service(host: &str) -> bool {
    let mut services = HOSTING_SERVICES
        .lines()
        .chain(SERVICES_WITH_REGIONS.lines());
    services.any(|service| is_at_or_below(host, service)) || is_listed_service(host)
}

#[cfg(all(feature = "testing", feature = "public-suffix"))]
fn is_listed_service(host: &str) -> bool {
    psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.typ() == Some(psl::Type::Private))
}

#[cfg(all(feature = "testing", not(feature = "public-suffix")))]
fn is_listed_service(_host: &str) -> bool {
    false
}

fn is_at_or_below(name: &str, host: &str) -> bool {
    name.strip_suffix(host)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Looks up a name. A single label is a public suffix. Other names are looked up among the hosting services below and,
/// with the feature `public-suffix`, in the list.
fn find_suffix(name: &str) -> Option<Suffix> {
    let is_one_label = !name.contains('.') && name != "localhost";
    if is_one_label {
        return Some(Suffix::IsTheName);
    }
    for host in HOSTING_SERVICES.lines() {
        match host.strip_suffix(name) {
            Some("") => return Some(Suffix::IsTheName),
            Some(rest) if rest.ends_with('.') => return Some(Suffix::BelowTheName),
            _ => {}
        }
    }
    if SERVICES_WITH_REGIONS
        .lines()
        .any(|host| is_at_or_below(name, host))
    {
        return Some(Suffix::BelowTheName);
    }
    find_in_list(name)
}

/// Asks the Public Suffix List.
///
/// `psl` reads the labels of a name from its end. It asks for another label only if the list has a suffix below those
/// that it has read. If it asked without need, this would refuse patterns that are safe, never allow unsafe ones.
#[cfg(feature = "public-suffix")]
fn find_in_list(name: &str) -> Option<Suffix> {
    use psl::Psl;

    let mut is_asked_for_more = false;
    let labels = name.as_bytes().rsplit(|byte| *byte == b'.');
    let found = psl::List.find(labels.chain(std::iter::from_fn(|| {
        is_asked_for_more = true;
        None
    })));
    // A name without a rule gets its last label as its suffix, without a type.
    if found.typ.is_some() && found.len == name.len() {
        Some(Suffix::IsTheName)
    } else {
        is_asked_for_more.then_some(Suffix::BelowTheName)
    }
}

/// Without the list: the usual second levels of countries, such as `co.uk` and `com.au`.
#[cfg(not(feature = "public-suffix"))]
fn find_in_list(name: &str) -> Option<Suffix> {
    let (second, country) = name.split_once('.')?;
    let is_second = matches!(second, "ac" | "co" | "com" | "edu" | "gov" | "net" | "org");
    (is_second && country.len() == 2).then_some(Suffix::IsTheName)
}

/// Services that give names at every depth: those of a region (`*.ws-eu74.gitpod.io`), or of an address
/// (`*.10.0.0.1.nip.io`).
const SERVICES_WITH_REGIONS: &str = "\
cloudapp.azure.com
devtunnels.ms
gitpod.io
googleusercontent.com
loca.lt
nip.io
sslip.io";

/// Hosting services on which anyone can publish a page within minutes: the best-known ones, for builds without the
/// feature `public-suffix`, and some that the Public Suffix List does not have.
const HOSTING_SERVICES: &str = "\
a.run.app
amplifyapp.com
app.github.dev
appspot.com
azurestaticapps.net
azurewebsites.net
blogspot.com
cloudfront.net
deno.dev
firebaseapp.com
fly.dev
framer.app
github.io
gitlab.io
herokuapp.com
hf.space
lovable.app
myshopify.com
netlify.app
ngrok-free.app
ngrok.app
ngrok.io
onrender.com
pages.dev
repl.co
replit.app
replit.dev
s3.amazonaws.com
surge.sh
trycloudflare.com
up.railway.app
vercel.app
web.app
webcontainer.io
webflow.io
wixsite.com
wordpress.com
workers.dev";
