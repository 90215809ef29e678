//! IP address spaces: this machine, the local network, the internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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
