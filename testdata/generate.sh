#!/bin/sh
# Makes testdata/keys anew with the real tools: puttygen 0.78 and OpenSSH 9.2
# (Debian packages putty-tools, openssh-client, dropbear-bin). The keys are for tests only.
# Run it in this folder; then look at the diff and commit it.
#
#   keys/NAME/plain.ppk, plain2.ppk       PPK 3 and 2, not encrypted
#   keys/NAME/argon2id.ppk, …i, …d        PPK 3, encrypted
#   keys/NAME/encrypted2.ppk              PPK 2, encrypted
#   keys/NAME/openssh                     openssh-key-v1, not encrypted
#   keys/NAME/openssh-CIPHER              openssh-key-v1, encrypted, 2 rounds
#   keys/NAME/id.pub, id.rfc4716          as puttygen writes them
#   keys/NAME/id-cert.pub, cert.ppk       an OpenSSH certificate, and a PPK that carries it
#   keys/NAME/fingerprint                 as puttygen prints it, "BITS SHA256:…"
#
#   keys/NAME/private-pem, …-pkcs8        as ssh-keygen -m writes them, …-encrypted too
#   keys/NAME/private-sshcom              as puttygen writes it, …-encrypted too
#   keys/NAME/private-dropbear            as dropbearconvert writes it
#   keys/NAME/public-spki, public-pkcs1   as ssh-keygen -e writes them
#
#   other/ssh1, ssh1-encrypted, ssh1.pub  an RSA key of SSH-1, by puttygen
#   other/known_hosts, known_hosts-hashed ssh-keygen -H hashed the second
#   other/x509.pem                        openssl's certificate of rsa2048
#   other/rsa2048.jwk, ed25519.jwk        node's export of the keys of that name
#
# The passphrase is in keys/passphrase. ed448 has no openssh-CIPHER files:
# OpenSSH does not know it.
set -eu

pass=keys/passphrase
rm -rf keys other
mkdir keys other
printf 'open sesame\n' >$pass
none=$(mktemp)
ca=$(mktemp -u)
trap 'rm -f "$none" "$ca" "$ca.pub"' EXIT
: >"$none"
ssh-keygen -q -t ed25519 -N '' -C ca -f "$ca"

ciphers='3des-cbc aes128-cbc aes192-cbc aes256-cbc aes128-ctr aes192-ctr aes256-ctr
aes128-gcm@openssh.com aes256-gcm@openssh.com chacha20-poly1305@openssh.com'

make_key() { # NAME puttygen-arguments…
	name=$1 d=keys/$1
	shift
	mkdir "$d"
	puttygen -q "$@" -C "test key $name" --new-passphrase "$none" --ppk-param version=3 -o "$d/plain.ppk"
	puttygen "$d/plain.ppk" -C "test key $name" -O private --ppk-param version=2 -o "$d/plain2.ppk"
	for kdf in argon2id argon2i argon2d; do
		puttygen "$d/plain.ppk" -P --new-passphrase $pass -O private \
			--ppk-param version=3,kdf=$kdf,memory=256,passes=3,parallelism=2 -o "$d/$kdf.ppk"
	done
	puttygen "$d/plain.ppk" -P --new-passphrase $pass -O private --ppk-param version=2 -o "$d/encrypted2.ppk"
	puttygen "$d/plain.ppk" -O private-openssh-new -o "$d/openssh"
	puttygen "$d/plain.ppk" -O public-openssh -o "$d/id.pub"
	puttygen "$d/plain.ppk" -O public -o "$d/id.rfc4716"
	puttygen -l "$d/plain.ppk" >"$d/fingerprint"
	[ "$name" != ed448 ] || return 0
	for cipher in $ciphers; do
		cp "$d/openssh" "$d/openssh-$cipher"
		ssh-keygen -q -p -f "$d/openssh-$cipher" -P '' -N "$(cat $pass)" -Z "$cipher" -a 2 >/dev/null
	done
	# An OpenSSH certificate, and a PPK that carries it.
	ssh-keygen -q -s "$ca" -I "id of $name" -n alice,bob -z 7 -V 20200101:20400101 -O force-command=/bin/true "$d/id.pub" 2>/dev/null || return 0
	puttygen "$d/plain.ppk" --certificate "$d/id-cert.pub" -C "test key $name" -o "$d/cert.ppk"
}

# PEM and PKCS#8 by ssh-keygen, which knows neither for Ed25519.
make_pem() { # NAME
	d=keys/$1
	for format in pem pkcs8; do
		cp "$d/openssh" "$d/private-$format"
		ssh-keygen -q -p -f "$d/private-$format" -P '' -N '' -m $format >/dev/null
		cp "$d/openssh" "$d/private-$format-encrypted"
		ssh-keygen -q -p -f "$d/private-$format-encrypted" -P '' -N "$(cat $pass)" -m $format >/dev/null
	done
	ssh-keygen -e -m PKCS8 -f "$d/id.pub" >"$d/public-spki"
}

make_sshcom() { # NAME
	d=keys/$1
	puttygen "$d/plain.ppk" -O private-sshcom -o "$d/private-sshcom"
	puttygen "$d/plain.ppk" -P --new-passphrase $pass -O private-sshcom -o "$d/private-sshcom-encrypted"
}

make_key rsa2048 -t rsa -b 2048
make_key dsa1024 -t dsa -b 1024
make_key ecdsa256 -t ecdsa -b 256
make_key ecdsa384 -t ecdsa -b 384
make_key ecdsa521 -t ecdsa -b 521
make_key ed25519 -t ed25519
make_key ed448 -t ed448

for name in rsa2048 dsa1024 ecdsa256 ecdsa384 ecdsa521; do
	make_pem $name
done
make_sshcom rsa2048
make_sshcom dsa1024
ssh-keygen -e -m PEM -f keys/rsa2048/id.pub >keys/rsa2048/public-pkcs1
for name in rsa2048 ecdsa256 ecdsa384 ecdsa521 ed25519; do
	dropbearconvert openssh dropbear keys/$name/openssh keys/$name/private-dropbear 2>/dev/null
	chmod 600 keys/$name/private-*
done

puttygen -q -t rsa1 -b 1024 -C 'test key ssh1' --new-passphrase "$none" -o other/ssh1
puttygen other/ssh1 -P --new-passphrase $pass -o other/ssh1-encrypted
puttygen other/ssh1 -O public -o other/ssh1.pub
{
	printf 'example.org,192.0.2.1 '
	cut -d ' ' -f 1,2 keys/ed25519/id.pub
	printf '@cert-authority *.example.org '
	cut -d ' ' -f 1,2 keys/ecdsa256/id.pub
} >other/known_hosts
cp other/known_hosts other/known_hosts-hashed
ssh-keygen -q -H -f other/known_hosts-hashed 2>/dev/null
rm -f other/known_hosts-hashed.old
openssl req -x509 -new -key keys/rsa2048/private-pem -days 3650 -subj /CN=test -out other/x509.pem
command -v node >/dev/null || exit 0
node -e "const c = require('crypto'), fs = require('fs'), w = (n, k) => fs.writeFileSync('other/' + n + '.jwk', JSON.stringify(k.export({ format: 'jwk' })) + '\\n');
w('rsa2048', c.createPrivateKey(fs.readFileSync('keys/rsa2048/private-pkcs8')));
const blob = Buffer.from(fs.readFileSync('keys/ed25519/id.pub', 'latin1').split(' ')[1], 'base64').subarray(-32);
w('ed25519', c.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: blob.toString('base64url') }, format: 'jwk' }));"
