//! Which addresses belong to the public internet, and what the others are.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address is not a public one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressClass {
    /// No address at all (`0.0.0.0/8`, `::`).
    Unspecified,
    /// This machine.
    Loopback,
    /// A private network (RFC 1918, RFC 4193).
    Private,
    /// The local link, where cloud machines keep their metadata services.
    LinkLocal,
    /// Behind a carrier's address translation (RFC 6598).
    CarrierShared,
    /// Many machines at once.
    Multicast,
    /// Reserved for documentation.
    Documentation,
    /// IPv4 in disguise: mapped, compatible, NAT64, 6to4 or Teredo. Where such an address leads is not ours to guess.
    EmbeddedIpv4,
    /// Set aside for another use, or not given out.
    Reserved,
}

impl fmt::Display for AddressClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Unspecified => "an unspecified address",
            Self::Loopback => "a loopback address",
            Self::Private => "an address of a private network",
            Self::LinkLocal => "a link-local address",
            Self::CarrierShared => "a carrier's shared address",
            Self::Multicast => "a multicast address",
            Self::Documentation => "an address for documentation",
            Self::EmbeddedIpv4 => "an IPv4 address inside an IPv6 address",
            Self::Reserved => "a reserved address",
        })
    }
}

/// What an address is, or `None` when it belongs to the public internet (IANA special-purpose registries, 2026).
pub fn classify(address: IpAddr) -> Option<AddressClass> {
    match address {
        IpAddr::V4(address) => classify_v4(address),
        IpAddr::V6(address) => classify_v6(address),
    }
}

/// Whether an address is of the local link, or of a metadata service elsewhere, in whatever disguise: such a service hands out
/// the keys of the machine, and no source stands there.
pub(crate) fn is_never_reached(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => matches!(
            address.segments(),
            [0xfe80..=0xfebf, ..]
                | [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254]
                // Mapped, translated, compatible and NAT64; then 6to4.
                | [0 | 0x64, .., 0xa9fe, _]
                | [0x2002, 0xa9fe, ..]
        ),
    }
}

fn classify_v4(address: Ipv4Addr) -> Option<AddressClass> {
    match address.octets() {
        [0, ..] => Some(AddressClass::Unspecified),
        [127, ..] => Some(AddressClass::Loopback),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some(AddressClass::Private),
        [169, 254, ..] => Some(AddressClass::LinkLocal),
        [100, 64..=127, ..] => Some(AddressClass::CarrierShared),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some(AddressClass::Documentation),
        [224..=239, ..] => Some(AddressClass::Multicast),
        // Protocol assignments, the 6to4 relay, benchmarks, what was never given out.
        [192, 0, 0, _] | [192, 88, 99, _] | [198, 18..=19, ..] | [240..=255, ..] => Some(AddressClass::Reserved),
        _ => None,
    }
}

fn classify_v6(address: Ipv6Addr) -> Option<AddressClass> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some(AddressClass::Unspecified),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some(AddressClass::Loopback),
        // Mapped (RFC 4291 §2.5.5.2), translated (RFC 2765), compatible (RFC 4291 §2.5.5.1).
        [0, 0, 0, 0, 0, 0xffff | 0, ..] | [0, 0, 0, 0, 0xffff, 0, ..]
        // NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380).
        | [0x64, 0xff9b, ..] | [0x2002, ..] | [0x2001, 0, ..] => Some(AddressClass::EmbeddedIpv4),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Some(AddressClass::Documentation),
        // Protocol assignments: benchmarks, ORCHID and the like (RFC 2928).
        [0x2001, 1..=0x1ff, ..] => Some(AddressClass::Reserved),
        [0xfc00..=0xfdff, ..] => Some(AddressClass::Private),
        [0xfe80..=0xfeff, ..] => Some(AddressClass::LinkLocal),
        [0xff00..=0xffff, ..] => Some(AddressClass::Multicast),
        // Only 2000::/3 is given out for the public internet.
        [0x2000..=0x3fff, ..] => None,
        _ => Some(AddressClass::Reserved),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_told_apart() {
        use AddressClass::*;
        let table = [
            ("93.184.215.14", None),
            ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", None),
            ("2a00:1450:4001::200e", None),
            ("127.0.0.1", Some(Loopback)),
            ("127.255.255.254", Some(Loopback)),
            ("::1", Some(Loopback)),
            ("0.0.0.0", Some(Unspecified)),
            ("0.1.2.3", Some(Unspecified)),
            ("::", Some(Unspecified)),
            ("10.0.0.1", Some(Private)),
            ("172.15.255.255", None),
            ("172.16.0.0", Some(Private)),
            ("172.31.255.255", Some(Private)),
            ("172.32.0.0", None),
            ("192.168.1.1", Some(Private)),
            ("fd00::1", Some(Private)),
            ("fc00::1", Some(Private)),
            ("169.254.169.254", Some(LinkLocal)),
            ("fe80::1", Some(LinkLocal)),
            ("fec0::1", Some(LinkLocal)),
            ("100.64.0.1", Some(CarrierShared)),
            ("100.128.0.1", None),
            ("224.0.0.1", Some(Multicast)),
            ("ff02::1", Some(Multicast)),
            ("192.0.2.1", Some(Documentation)),
            ("198.51.100.1", Some(Documentation)),
            ("203.0.113.1", Some(Documentation)),
            ("2001:db8::1", Some(Documentation)),
            ("3fff::1", Some(Documentation)),
            ("192.0.0.8", Some(Reserved)),
            ("198.18.0.1", Some(Reserved)),
            ("240.0.0.1", Some(Reserved)),
            ("255.255.255.255", Some(Reserved)),
            ("100::1", Some(Reserved)),
            ("4000::1", Some(Reserved)),
            ("2001:20::1", Some(Reserved)),
            ("::ffff:127.0.0.1", Some(EmbeddedIpv4)),
            ("::ffff:93.184.215.14", Some(EmbeddedIpv4)),
            ("::7f00:1", Some(EmbeddedIpv4)),
            ("64:ff9b::a9fe:a9fe", Some(EmbeddedIpv4)),
            ("64:ff9b:1::a9fe:a9fe", Some(EmbeddedIpv4)),
            ("2002:7f00:1::", Some(EmbeddedIpv4)),
            ("2001:0:7f00:1::80ff:fffe", Some(EmbeddedIpv4)),
        ];
        for (text, expected) in table {
            assert_eq!(classify(text.parse().unwrap()), expected, "{text}");
        }
    }

    /// An IPv4 address of the ranges that are not public.
    fn not_public() -> impl Strategy<Value = Ipv4Addr> {
        let ranges: [(u32, u32); 9] = [
            (0x7f00_0000, 8),
            (0x0a00_0000, 8),
            (0xac10_0000, 12),
            (0xc0a8_0000, 16),
            (0xa9fe_0000, 16),
            (0x6440_0000, 10),
            (0x0000_0000, 8),
            (0xe000_0000, 4),
            (0xf000_0000, 4),
        ];
        (0..ranges.len(), any::<u32>()).prop_map(move |(which, random)| {
            let (network, bits) = ranges[which];
            Ipv4Addr::from(network | (random & (u32::MAX >> bits)))
        })
    }

    proptest! {
        #[test]
        fn no_disguise_makes_a_private_address_public(address in not_public(), low in any::<u64>()) {
            let [a, b, c, d] = address.octets().map(u16::from);
            let (high_half, low_half) = (a << 8 | b, c << 8 | d);
            let [l0, l1, l2, l3] = [48, 32, 16, 0].map(|shift| u16::try_from(low >> shift & 0xffff).unwrap());
            let disguises = [
                IpAddr::V4(address),
                Ipv6Addr::from([0, 0, 0, 0, 0, 0xffff, high_half, low_half]).into(),
                Ipv6Addr::from([0, 0, 0, 0, 0xffff, 0, high_half, low_half]).into(),
                Ipv6Addr::from([0, 0, 0, 0, 0, 0, high_half, low_half]).into(),
                Ipv6Addr::from([0x64, 0xff9b, 0, 0, 0, 0, high_half, low_half]).into(),
                Ipv6Addr::from([0x64, 0xff9b, 1, 0, 0, 0, high_half, low_half]).into(),
                Ipv6Addr::from([0x2002, high_half, low_half, l3, l0, l1, l2, l3]).into(),
                Ipv6Addr::from([0x2001, 0, l0, l1, l2, l3, !high_half, !low_half]).into(),
                Ipv6Addr::from([0x2001, 0, high_half, low_half, l0, l1, l2, l3]).into(),
            ];
            for disguise in disguises {
                prop_assert!(classify(disguise).is_some(), "{disguise}");
            }
        }
    }
}
