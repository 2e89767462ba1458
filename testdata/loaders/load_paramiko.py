"""Loads key files with paramiko and prints the numbers in them.

Standard input is a JSON list of {"path", "passphrase", "private"}; standard
output has a line of JSON for each: {"public": base64 of the SSH blob,
"private": [hex, ...]} or {"error": text}.
"""
import base64
import json
import sys

import paramiko
from paramiko.pkey import PublicBlob

# There is no loader for any type; SSHClient tries one class after the other as
# well. DSSKey is gone from paramiko 4.
NAMES = ("RSAKey", "DSSKey", "ECDSAKey", "Ed25519Key")
CLASSES = [getattr(paramiko, name) for name in NAMES if hasattr(paramiko, name)]


def attempt(load):
    """The first key that a class makes, or an error with what all said."""
    errors = []
    for cls in CLASSES:
        try:
            return load(cls)
        except Exception as e:
            errors.append("%s: %s" % (cls.__name__, e))
    raise ValueError("; ".join(errors))


def load(job):
    if job["private"]:
        return attempt(lambda cls: cls.from_private_key_file(job["path"], job["passphrase"]))
    blob = PublicBlob.from_file(job["path"]).key_blob
    return attempt(lambda cls: cls(data=blob))


def numbers(key):
    name = type(key).__name__
    if name == "RSAKey":
        n = key.key.private_numbers()
        return [n.d, n.p, n.q, n.iqmp]
    if name == "DSSKey":
        return [key.x]
    if name == "ECDSAKey":
        return [key.signing_key.private_numbers().private_value]
    return [int.from_bytes(bytes(key._signing_key), "big")]  # Ed25519: the seed


def report(job):
    key = load(job)
    return {
        "public": base64.b64encode(key.asbytes()).decode(),
        "private": ["%x" % n for n in numbers(key)] if job["private"] else [],
    }


for job in json.load(sys.stdin):
    try:
        print(json.dumps(report(job)))
    except Exception as e:
        print(json.dumps({"error": str(e)}))
