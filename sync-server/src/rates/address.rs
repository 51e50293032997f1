//! Whose request it is, by address. Behind proxies that are trusted it is what the outermost of them saw: read from the
//! right, because what stands further left was written by whoever sent it.

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// An address as it is counted: a whole one of IPv4, the first 64 bits of one of IPv6, because so much belongs to one
/// connection to the internet (RFC 6177).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address(pub IpAddr);

impl Address {
    fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(whole) => Ipv6Addr::from_bits(whole.to_bits() & !u128::from(u64::MAX)).into(),
            whole @ IpAddr::V4(_) => whole,
        })
    }
}

/// Proxies that are believed when they say for whom they ask: a list of networks, or one text with commas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// For whom `peer` asks, given what `X-Forwarded-For` says. A word that is no address ends the reading: whoever is
    /// known by then is taken.
    pub fn address(&self, peer: IpAddr, forwarded: &[&str]) -> Address {
        let mut client = peer;
        for word in forwarded.iter().rev().flat_map(|line| line.rsplit(',')) {
            match read(word) {
                Some(address) if self.trusts(client) => client = address,
                _ => break,
            }
        }
        Address::of(client)
    }
}

/// An address, with a port or without.
fn read(word: &str) -> Option<IpAddr> {
    let word = word.trim();
    let with_port = || word.parse::<SocketAddr>().ok().map(|address| address.ip());
    word.trim_matches(['[', ']']).parse().ok().or_else(with_port)
}

impl<'de> Deserialize<'de> for TrustedProxies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            List(Vec<String>),
            Text(String),
        }
        let words = match Written::deserialize(deserializer)? {
            Written::List(words) => words,
            Written::Text(text) => text.split(',').map(str::to_owned).collect(),
        };
        let words = words.iter().map(|word| word.trim()).filter(|word| !word.is_empty());
        words.map(network).collect::<Result<_, _>>().map(Self).map_err(serde::de::Error::custom)
    }
}

/// A network, or one address.
fn network(word: &str) -> Result<IpNet, String> {
    let one = || word.parse::<IpAddr>().map(IpNet::from);
    word.parse().or_else(|_| one()).map_err(|_| format!("`{word}` is no network"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted(text: &str) -> TrustedProxies {
        serde_json::from_value(serde_json::json!(text)).unwrap()
    }

    fn seen(trusted: &TrustedProxies, peer: &str, forwarded: &[&str]) -> String {
        trusted.address(peer.parse().unwrap(), forwarded).0.to_string()
    }

    #[test]
    fn a_stranger_s_word_is_not_taken() {
        let nobody = TrustedProxies::default();
        assert_eq!(seen(&nobody, "203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(seen(&trusted("10.0.0.0/8"), "203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
    }

    #[test]
    fn behind_proxies_it_is_what_the_outermost_trusted_one_saw() {
        let own = trusted("10.0.0.0/8, ::1");
        assert_eq!(seen(&own, "10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen(&own, "10.0.0.1", &["6.6.6.6, 198.51.100.1", " 10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen(&own, "::1", &["6.6.6.6,198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(seen(&own, "::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen(&own, "10.0.0.1", &["6.6.6.6, unknown"]), "10.0.0.1");
        assert_eq!(seen(&own, "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn one_who_has_many_addresses_of_ipv6_is_one() {
        let nobody = TrustedProxies::default();
        assert_eq!(seen(&nobody, "2001:db8:1:2:aaaa::1", &[]), "2001:db8:1:2::");
        assert_eq!(seen(&nobody, "2001:db8:1:2:bbbb::2", &[]), "2001:db8:1:2::");
        assert_eq!(seen(&trusted("10.0.0.1"), "10.0.0.1", &["[2001:db8::5]:80"]), "2001:db8::");
    }

    #[test]
    fn networks_come_as_a_list_or_as_a_text_and_mistyped_ones_are_named() {
        let list: TrustedProxies = serde_json::from_value(serde_json::json!(["10.0.0.0/8", "::1"])).unwrap();
        assert_eq!(list, trusted("10.0.0.0/8,::1"));
        assert_eq!(trusted(""), TrustedProxies::default());
        let wrong = serde_json::from_value::<TrustedProxies>(serde_json::json!("10.0.0.0/99"));
        assert!(wrong.unwrap_err().to_string().contains("10.0.0.0/99"));
    }
}
