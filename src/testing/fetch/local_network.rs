//! Local Network Access: may a page on the internet reach this machine and its network?

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::modes::RequestMode;
use super::network_error::Cause;
use super::request::{Page, PageRequest};
use super::url::{FetchUrl, is_trustworthy};

/// The visitor's answer to the question whether a page may reach this machine or its network.
///
/// # Example
/// See [`LocalNetworkAccess`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Permission {
    /// `granted`: the visitor allows it.
    Granted,
    /// `denied`: the visitor doesn't allow it.
    Denied,
    /// `prompt`: the browser asks, and the visitor says nothing. Nothing is sent.
    Prompt,
}

/// Whether the browser protects this machine and its network from pages on the internet.
///
/// The server can't give the permission, and learns nothing of it. Once the visitor has given it, the request is an
/// ordinary CORS request. Top-level navigations are not asked about.
///
/// The draft also asks when a page on the local network reaches this machine. No browser does.
///
/// [Local Network Access](https://wicg.github.io/local-network-access/)
///
/// # Example
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower_cors::CorsLayer;
/// use tower_cors::testing::{
///     AddressSpace, Browser, Cause, LocalNetworkAccess, Permission, assert_allows,
///     assert_blocks,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cors = CorsLayer::builder().allow_any_origin().build()?;
/// let mut app = Router::new()
///     .route("/status", get(|| async { "ready" }))
///     .layer(cors);
/// let request = || Request::get("http://192.168.0.7/status").body(Body::empty());
///
/// let page = Browser::at("https://app.example.com");
/// let mut asked = page
///     .clone()
///     .local_network_access(LocalNetworkAccess::Chromium(Permission::Prompt));
/// let blocked = assert_blocks!(asked.fetch(&mut app, request()?).await);
/// let space = AddressSpace::Local;
/// assert_eq!(
///     *blocked.cause(),
///     Cause::LocalNetworkPermission {
///         space,
///         answer: Permission::Prompt
///     }
/// );
///
/// let mut granted =
///     page.local_network_access(LocalNetworkAccess::Chromium(Permission::Granted));
/// assert_allows!(granted.fetch(&mut app, request()?).await);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum LocalNetworkAccess {
    /// It doesn't. Mixed content is blocked as its standard says. This is the default.
    #[default]
    NotChecked,
    /// As in Chromium and in the draft: it asks secure pages, and blocks all others. With the permission, an https
    /// page reaches http on the local network.
    Chromium(Permission),
    /// As in Firefox: it asks all pages. An https page doesn't reach http on the local network.
    Firefox(Permission),
    /// As in WebKit: it asks nobody. An https page doesn't reach http, not even on this machine.
    WebKit,
}

/// How the browser and the page are set up.
#[derive(Debug, Clone, Default)]
pub(crate) struct LocalNetwork {
    pub(crate) access: LocalNetworkAccess,
    /// The option `targetAddressSpace` of `fetch()`.
    pub(crate) target: Option<AddressSpace>,
    /// The hosts whose space the test told.
    pub(crate) hosts: Vec<(String, AddressSpace)>,
}

impl LocalNetwork {
    pub(crate) fn space_of(&self, host: &str) -> AddressSpace {
        let mut told = self.hosts.iter().rev();
        told.find(|(name, _)| name.eq_ignore_ascii_case(host))
            .map_or_else(|| space_of(host), |(_, space)| *space)
    }

    /// The address space that a request names, or that the host of its URL does.
    ///
    /// [Local Network Access, fetching](https://wicg.github.io/local-network-access/#fetching), the steps of fetch
    pub(crate) fn target_space(&self, mode: RequestMode, url: &FetchUrl) -> Option<AddressSpace> {
        if !matches!(self.access, LocalNetworkAccess::Chromium(_)) {
            return None;
        }
        // A WebSocket and a navigation have no such option.
        let is_fetch = !matches!(mode, RequestMode::WebSocket | RequestMode::Navigate);
        let told = self
            .target
            .filter(|space| is_fetch && *space != AddressSpace::Public);
        let of_text = space_of(url.host());
        told.or_else(|| (of_text == AddressSpace::Local).then_some(of_text))
    }
}

/// Images, audio and video are loaded over https instead of being blocked.
///
/// [Mixed Content, upgrade a mixed content request](https://w3c.github.io/webappsec-mixed-content/#upgrade-algorithm)
pub(crate) fn upgrade_mixed_content(request: &mut PageRequest) {
    let url = request.url();
    let is_mixed = request.page.origin.starts_with("https://") && !url.is_trustworthy();
    let is_upgraded = is_mixed
        && !url.has_address()
        && request.page.destination.is_upgradeable()
        && request.target_space.is_none();
    if let (true, Some(url)) = (is_upgraded, url.upgraded()) {
        request.replace_url(url);
    }
}

/// [Mixed Content, should fetching request be blocked](https://w3c.github.io/webappsec-mixed-content/#should-block-fetch),
/// with what [Local Network Access](https://wicg.github.io/local-network-access/#integration-with-mixed-content) adds
pub(crate) fn check_mixed_content(request: &PageRequest) -> Result<(), Cause> {
    let url = request.url();
    let is_secure_page = request.page.origin.starts_with("https://");
    let is_allowed = match request.page.local_network.access {
        LocalNetworkAccess::WebKit => url.scheme() == "https",
        _ => url.is_trustworthy() || request.target_space.is_some(),
    };
    if is_secure_page && !is_allowed {
        Err(Cause::MixedContent)
    } else {
        Ok(())
    }
}

/// [Local Network Access, Local Network Access check](https://wicg.github.io/local-network-access/#local-network-access-check)
pub(crate) fn check_local_network(request: &PageRequest) -> Result<(), Cause> {
    let local_network = &request.page.local_network;
    let (answer, asks_insecure_pages) = match local_network.access {
        LocalNetworkAccess::NotChecked | LocalNetworkAccess::WebKit => return Ok(()),
        LocalNetworkAccess::Chromium(answer) => (answer, false),
        LocalNetworkAccess::Firefox(answer) => (answer, true),
    };
    // Step 1.
    let space = local_network.space_of(request.url().host());
    let is_secure_page = is_trustworthy(&request.page.origin);
    // Step 2.
    if is_secure_page && request.is_same_origin(request.url()) {
        return Ok(());
    }
    // Step 4. The draft returns here, and asks nobody. Chromium goes on.
    if let Some(target) = request.target_space.filter(|target| *target != space) {
        return Err(Cause::OtherAddressSpace { space, target });
    }
    // Step 5. No browser asks pages on the local network.
    if space == AddressSpace::Public || request.page.address_space() != AddressSpace::Public {
        return Ok(());
    }
    // Step 5.2.
    if !is_secure_page && !asks_insecure_pages {
        return Err(Cause::InsecurePage);
    }
    // Steps 5.10 to 5.13.
    match answer {
        Permission::Granted => Ok(()),
        answer => Err(Cause::LocalNetworkPermission { space, answer }),
    }
}

impl Page {
    /// The space of the address that the page came from.
    fn address_space(&self) -> AddressSpace {
        let page = FetchUrl::parse(self.origin.as_bytes(), None);
        page.map_or(AddressSpace::Public, |page| {
            self.local_network.space_of(page.host())
        })
    }
}

/// How far an address reaches.
///
/// A page may reach what is not less public than itself. Anything else needs the visitor's permission: see
/// [`LocalNetworkAccess`](crate::testing::LocalNetworkAccess).
///
/// [Local Network Access, IP address space](https://wicg.github.io/local-network-access/#ip-address-space-section)
///
/// # Example
/// See [`Browser::address_space`](crate::testing::Browser::address_space).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AddressSpace {
    /// `loopback`: this machine, such as `127.0.0.1`.
    Loopback,
    /// `local`: the local network, such as `192.168.0.1`.
    Local,
    /// `public`: the internet.
    Public,
}

/// The space of a host that is known by its text: an address, `localhost`, or a name under `.local`.
pub(crate) fn space_of(host: &str) -> AddressSpace {
    let address = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Ok(address) = address.unwrap_or(host).parse::<IpAddr>() {
        return space_of_address(address);
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let last_label = name.rsplit('.').next();
    match last_label {
        Some("localhost") => AddressSpace::Loopback,
        Some("local") => AddressSpace::Local,
        _ => AddressSpace::Public,
    }
}

/// [Local Network Access, determine the IP address space](https://wicg.github.io/local-network-access/#determine-the-ip-address-space)
fn space_of_address(address: IpAddr) -> AddressSpace {
    match address {
        IpAddr::V4(address) => space_of_v4(address),
        // Step 1.
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => space_of_v4(address),
            None => space_of_v6(address),
        },
    }
}

/// [Local Network Access, non-public IP address blocks](https://wicg.github.io/local-network-access/#non-public-ip-address-blocks)
fn space_of_v4(address: Ipv4Addr) -> AddressSpace {
    match address.octets() {
        [127, ..] | [198, 18 | 19, ..] | [0, 0, 0, 0] => AddressSpace::Loopback,
        [0 | 10, ..]
        | [100, 64..=127, ..]
        | [172, 16..=31, ..]
        | [192, 168, ..]
        | [169, 254, ..] => AddressSpace::Local,
        _ => AddressSpace::Public,
    }
}

/// The same table.
fn space_of_v6(address: Ipv6Addr) -> AddressSpace {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => AddressSpace::Loopback,
        [0xfc00..=0xfdff | 0xfe80..=0xfeff, ..]
        | [0x2001, 0xdb8, ..]
        | [0x3fff, 0..=0x0fff, ..] => AddressSpace::Local,
        _ => AddressSpace::Public,
    }
}
