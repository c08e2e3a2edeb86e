import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.fetch import addresses

NOT_PUBLIC = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.9.10",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.1", "100.63.255.255", "168.63.129.17"]
PUBLIC_IPV6 = ["2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001::1", "2400::1"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_row_30_an_address_that_is_not_public_is_objected_to(address):
    assert addresses.objection(address)


@pytest.mark.parametrize("address", PUBLIC + PUBLIC_IPV6)
def test_a_public_address_is_not_objected_to(address):
    assert addresses.objection(address) == ""


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f000001", "0177.0.0.1", "8.8.8.8 ", "8.8.8.8/32"])
def test_what_is_no_literal_address_is_objected_to(text):
    assert addresses.objection(text) == "not an address"
    assert not addresses.is_literal(text)


@given(st.ip_addresses(v=4))
def test_row_30_no_ipv4_address_gets_through_inside_an_ipv6_one(inner):
    packed = int(inner)
    for wrapped in (
        f"::ffff:{inner}",
        f"::{inner}",
        f"64:ff9b::{inner}",
        f"2002:{packed >> 16:x}:{packed & 0xFFFF:x}::1",
    ):
        assert addresses.objection(wrapped)


@given(st.ip_addresses())
def test_nothing_the_standard_library_calls_private_gets_through(address):
    if (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
    ):
        assert addresses.objection(str(address))
