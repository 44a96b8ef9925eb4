//! IP addresses and networks.

use std::net::IpAddr;

/// The addresses that share the first bits of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// An address, slash, and how many bits count; or what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let (address, bits) = text
            .split_once('/')
            .ok_or("a network is an address, a slash and a number of bits")?;
        let address: IpAddr = address.parse().map_err(|_| "there is no such address")?;
        let bits: u32 = bits
            .parse()
            .map_err(|_| "the number of bits must be a whole number")?;
        if bits >= size(&address) {
            return Err("a network has fewer bits than an address");
        }
        Ok(Self { address, bits })
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        text.parse::<IpAddr>().is_ok_and(|address| {
            size(&address) == size(&self.address)
                && (number(&address) ^ number(&self.address))
                    .checked_shr(size(&address) - self.bits)
                    .is_none_or(|differs| differs == 0)
        })
    }
}

/// The address that a text is.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

fn size(address: &IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn number(address: &IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}
