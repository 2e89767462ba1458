"""Loads key files with asyncssh and prints the numbers in them.

Standard input is a JSON list of {"path", "passphrase", "private"}; standard
output has a line of JSON for each: {"public": base64 of the SSH blob,
"private": [hex, ...]} or {"error": text}.
"""
import base64
import json
import sys

import asyncssh
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa


def numbers(key):
    """The private numbers of one of cryptography's keys."""
    if isinstance(key, rsa.RSAPrivateKey):
        n = key.private_numbers()
        return [n.d, n.p, n.q, n.iqmp]
    if isinstance(key, dsa.DSAPrivateKey):
        return [key.private_numbers().x]
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return [key.private_numbers().private_value]
    seed = key.private_bytes(  # Ed25519, Ed448
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
    return [int.from_bytes(seed, "big")]


def report(job):
    if job["private"]:
        key = asyncssh.read_private_key(job["path"], job["passphrase"])
    else:
        key = asyncssh.read_public_key(job["path"])
    return {
        "public": base64.b64encode(key.public_data).decode(),
        "private": ["%x" % n for n in numbers(key.pyca_key)] if job["private"] else [],
    }


for job in json.load(sys.stdin):
    try:
        print(json.dumps(report(job)))
    except Exception as e:
        print(json.dumps({"error": str(e)}))
