"""Ports: the usual ones when they are free, others when not, never the same twice."""

import socket

import pytest

from stack import ports


@pytest.fixture
def usual(monkeypatch):
    """A port that nobody listens on, as the API's usual one."""
    with socket.socket() as probe:
        probe.bind((ports.HOST, 0))
        port = probe.getsockname()[1]
    monkeypatch.setitem(ports.USUAL, "api", port)
    return port


def test_a_free_usual_port_is_taken(tmp_path, usual):
    assert ports.Ports(tmp_path).claim(["api"]) == {"api": usual}


def test_a_port_that_somebody_listens_on_is_passed_over(tmp_path, usual):
    with socket.socket() as server:
        server.bind((ports.HOST, usual))
        server.listen()
        assert ports.Ports(tmp_path).claim(["api"])["api"] != usual


def test_two_stacks_that_start_at_once_get_different_ports(tmp_path, usual):
    first, second = ports.Ports(tmp_path), ports.Ports(tmp_path)
    assert first.claim(["api"]) == {"api": usual}
    assert second.claim(["api"])["api"] != usual
    first.release()
    assert ports.Ports(tmp_path).claim(["api"]) == {"api": usual}


def test_all_are_different_and_can_be_listened_on(tmp_path):
    names = [f"worker_{number}" for number in range(20)]
    chosen = ports.Ports(tmp_path).claim(names)
    assert sorted(chosen) == sorted(names)
    assert len(set(chosen.values())) == len(names)
    assert all(ports.is_free(port) for port in chosen.values())


def test_outgoing_connections_are_never_given_a_chosen_port(tmp_path):
    with socket.create_server((ports.HOST, 0)) as server, socket.create_connection(server.getsockname()) as outgoing:
        lowest = min(server.getsockname()[1], outgoing.getsockname()[1], ports._first_outgoing())
    chosen = ports.Ports(tmp_path).claim([f"worker_{number}" for number in range(20)])
    assert all(port < lowest for port in chosen.values())
