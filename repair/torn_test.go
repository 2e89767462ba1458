package repair

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

// tornEnds are texts that once gave another key than the one that went in. What is
// left of an escape, a space, or the sign of a diff was taken for a character of
// the blob, and its last character for a comment; or characters that were too many
// were taken for a comment, or a comment for characters that were lost. Of an
// Ed25519 key one of 16 such blobs shows in nothing.
var tornEnds = []struct{ damage, blob, text string }{
	{"type-swallowed+quoted-printable+spaces-base64", "AAAAC3NzaC1lZDI1NTE5AAAAIIcwcQ8HMcwTTgR0MOVjsFadqPir67yMKbqgbeyTK1IJ",
		"ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIcwcQ8HMcwTTgR0MOVjsFadqPir67yMKbqgbeyT K1I=\nJ bob"},
	{"literal-n+spaces-base64", "AAAAC3NzaC1lZDI1NTE5AAAAIIBLMSUR7310nwtOlNxAfD1mQb2YdnqxLXayvf0pFVj2",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIBLMSUR7310nwtOlNxAfD1mQb2YdnqxLXayvf0p FVj\\\\n2 my old rsa\\n"},
	{"rfc4716-typed+wrap-u2028+diff", "AAAAC3NzaC1lZDI1NTE5AAAAIGPzEjTQ34ygMldbZBH0DOnuKnTTi9pWyGw0IegX1gcm",
		"@@ -1,2 +1,3 @@\n+ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPzEjTQ34ygMldbZBH0DOnuKnTTi9pWyGw0IegX\n+1gc\u2028m Frédéric@maison\n"},
	{"unicode-escapes+one-char-a-line+yaml", "AAAAC3NzaC1lZDI1NTE5AAAAILPPZivzUlwadlSQgkTO36f+Jqa4IShAgCOspRRbbTqH",
		"users:\n  - name: fred\n    ssh_authorized_keys:\n      - s\n        s\n        h\n        -\n        e\n        d\n        2\n        5\n        5\n        1\n        9\n         \n        A\n        A\n        A\n        A\n        C\n        3\n        N\n        z\n        a\n        C\n        1\n        l\n        Z\n        D\n        I\n        1\n        N\n        T\n        E\n        5\n        A\n        A\n        A\n        A\n        I\n        L\n        P\n        P\n        Z\n        i\n        v\n        z\n        U\n        l\n        w\n        a\n        d\n        l\n        S\n        Q\n        g\n        k\n        T\n        O\n        3\n        6\n        f\n        \\\n        u\n        0\n        0\n        2\n        b\n        J\n        q\n        a\n        4\n        I\n        S\n        h\n        A\n        g\n        C\n        O\n        s\n        p\n        R\n        R\n        b\n        b\n        T\n        q\n        H"},
	{"literal-n+wrap-backslash+vi-i", "AAAAB3NzaC1yc2EAAAADAQABAAABAQDZaQUNWd2g2faLYdA7eybGSw3sUKqeT9XVH/94On0VG16NHguA+qR3C4o+spAYd56ozg2zFHx84laOoOrSBt3VJiRcQdxzGNRfHEPRMMyfgdJgSCq3EYvEY9mrk+h53X36gOvjHhaw4gzG2Xpa8SIUh1lxZgvaW4zUgq/B77ZPveZU80JXDNM2XaEIJ5VII9tYNxXclpGkMrp+mtfR0qlMaLJlVvPxO0pADFxKEsDYj8rrkuByrt3V7oFBrkAUsUZCTTQ4UMaEBlni2xS4b9A8+JUBZskxgLGlw7aRBiNZygOgPf/5ZrXU6H7jaIh2GJeKwHm8a3ELwc19uQvBMUR/",
		"issh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDZaQUNWd2g2faLYdA7eybGSw3s\\\\\nnUKqeT9XVH/94On0VG16NHguA+qR3C4o+spAYd56ozg2zFHx84laOoOrSBt3VJiRc\\\n\\nQdxzGNRfHEPRMMyfgdJgSCq3EYvEY9mrk+h53X36gOvjHhaw4gzG2Xpa8SIUh1l\\\nx\\nZgvaW4zUgq/B77ZPveZU80JXDNM2XaEIJ5VII9tYNxXclpGkMrp+mtfR0qlMaL\\\nJl\\nVvPxO0pADFxKEsDYj8rrkuByrt3V7oFBrkAUsUZCTTQ4UMaEBlni2xS4b9A8+\\\nJUB\\nZskxgLGlw7aRBiNZygOgPf/5ZrXU6H7jaIh2GJeKwHm8a3ELwc19uQvBMUR/\\\n dep\\nloy_key\\n"},
	{"rfc4716-typed+wrap-cr+diff", "AAAAC3NzaC1lZDI1NTE5AAAAIFU+5IPq3EERENbPEoxv5RtIlZSe0fkgVMUUt7BIjNIh",
		"@@ -1,2 +1,3 @@\n+ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFU+5IPq3EERENbPEoxv5RtIlZSe0fkgVMUUt7BI\n+jNI\rh John Smith\n"},
	{"literal-n+spaces-base64+bom", "AAAAC3NzaC1lZDI1NTE5AAAAIFBxa/DpPiXhRx6PawiR49HXJgqMpP1gsVpIVNTzMxBg",
		"\ufeffssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFBxa/DpPiXhRx6PawiR49HXJgqMpP1gsVpIVNTz MxB\\r\\ng my old rsa\\n"},
	{"literal-n+one-char-a-line+json-array", "AAAAC3NzaC1lZDI1NTE5AAAAIIgds8fmxYBGBY7PN6+S3F206TzSM9rWeycTdkRLNYL3",
		"[\n  \"s\\ns\\nh\\n-\\ne\\nd\\n2\\n5\\n5\\n1\\n9\\n \\nA\\nA\\nA\\nA\\nC\\n3\\nN\\nz\\na\\nC\\n1\\nl\\nZ\\nD\\nI\\n1\\nN\\nT\\nE\\n5\\nA\\nA\\nA\\nA\\nI\\nI\\ng\\nd\\ns\\n8\\nf\\nm\\nx\\nY\\nB\\nG\\nB\\nY\\n7\\nP\\nN\\n6\\n+\\nS\\n3\\nF\\n2\\n0\\n6\\nT\\nz\\nS\\nM\\n9\\nr\\nW\\ne\\ny\\nc\\nT\\nd\\nk\\nR\\nL\\n\\\\\\nn\\nN\\nY\\nL\\n3\"\n]"},
	{"unicode-escapes+wrap-lf+json-array", "AAAAC3NzaC1lZDI1NTE5AAAAIHBiND+fj9CMlgsNM6wFPVF+fZYl5tL1q+OW95WAGwmw",
		"[\n  \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHBiND\\\\u002bfj9CMlgsNM6wFPVF\\\\\\nu002bfZYl5tL1q\\\\u002bOW95WAGwmw fred@box\"\n]"},
	{"literal-n+wrap-quoted-strings", "AAAAC3NzaC1lZDI1NTE5AAAAIJx9w1/JISJQAEbEB0NL2NA0ioyi47QN+kS/VXM2moNc",
		"\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx9w1/JISJQAEbEB0NL2NA0ioyi47QN+kS/VXM2moN\\\" +\n    \"r\\nc deploy_key\\n\";"},
	{"comment-glued+plus-to-space", "AAAAC3NzaC1lZDI1NTE5AAAAIDw6nwI6vrgFWlFtpwmUX+kBYWNBAuH7OeoSee4p2dn1",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDw6nwI6vrgFWlFtpwmUX kBYWNBAuH7OeoSee4p2dn1rsa-key-20250101"},
	{"comment-glued+plus-to-space+break-in-comment", "AAAAC3NzaC1lZDI1NTE5AAAAIPLAg23SBNThuA1Eskf4hU9DteY5HDQjHpiZt2ZERP+9",
		"\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPLAg23SBNThuA1Eskf4hU9DteY5HDQjHpiZt2ZERP 9f\nred@box"},
	{"comment-glued+plus-to-space+fields-apart", "AAAAC3NzaC1lZDI1NTE5AAAAIBOjeXqXew3eix+Kla6qXVpEAsy9ITalmR0GOiy5US5b",
		"ssh-ed25519\nAAAAC3NzaC1lZDI1NTE5AAAAIBOjeXqXew3eix\nKla6qXVpEAsy9ITalmR0GOiy5US5bfred@box"},
	{"comment-glued+literal-n+spaces-base64+angles", "AAAAC3NzaC1lZDI1NTE5AAAAIBXTLvDS7vfpvnTgUtoYkWOcZJN4ejHT6IhoWo0Dm5Js",
		"<ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBXTLvDS7vfpvnTgUtoYkWOcZJN4ejHT6IhoWo0D m5J\\\\nsrsa-key-20250101\\n>"},
	{"comment-glued+literal-n+wrap-quoted-strings+fullwidth", "AAAAC3NzaC1lZDI1NTE5AAAAIKMhaufu3E1b3Du/GOxWe8i8FGioexTSImlYuLE1TjuO",
		"\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKMhaufu3E1b3Du／GOxWe8i8FGioexTSImlYuLE1Tju\\\" ＋\n    \"r\\nOrsa-key-20250101\\n\";"},
	{"wrap-quoted-strings+trailing-junk", "AAAAC3NzaC1lZDI1NTE5AAAAIBK7LUjXatwYri3yyRH+iULXC/cjiL7LkRm9LJ8SO4Z+",
		"\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBK7LUjXatwYri3yyRH+iULXC/cjiL7LkRm9LJ8SO4Z\" +\n    \"+\";\\n\r\n"},
	{"rfc4716-no-begin+plus-to-space+wrap-cr+diff", "AAAAC3NzaC1lZDI1NTE5AAAAIPzDp2+yJi9rGWXtFCK169NIM0YPGiXz0n9pVqSiDeQr",
		"@@ -1,2 +1,3 @@\n+Comment: \"Frédéric@maison\"\n+AAAAC3NzaC1lZDI1NTE5AAAAIPzDp2 yJi9rGWXtFCK169NIM0\rYPGiXz0n9pVqSiDeQr\n+---- END SSH2 PUBLIC KEY ----\n"},
	{"rfc4716-typed+plus-to-space+wrap-u2028+diff", "AAAAB3NzaC1yc2EAAAADAQABAAACAQDShgpw71kjBo5Dp5/QajtJn1Ju6Pma/WZIMFJ+ubxVI0jqJY7ns6Bs3wR+JV+/lyF1hnDe3ukPCVaZKdyRgCquEXBK0BwC/VbKeSYnLKM0WZ2Nd98K3uRkZ4EFbmQHLo9hF54yM6txgnEtiN4txpGziQ3lnKx3YzNHyCmZmBudtq4JdiIZFjtxfSscVbmmOQzZDK4Z1QMswyBRvQ4Qxt4/AvQxwIkIPv8VbFLDSUe02YsVNxi9R7MI86getiHFjCoqn/PWHBGLTlFFohflN8Vhmia0ZenS6jxUh9BuF6ip832v0vVZj8RHJ3hoS4Xc6eqK+JflMjUDEHDwmqYVBijJjTAW8RYBxxFY4I7rydpZpXMLWSHAdMbfLmUSlTZOP7VAaSHa/Pa9lXoqkW5+fCrFN22FU9T2VtoPW+qKZDxFfu60h5VWg/g9wcLNWorb9GuFGVQVTP2PS23m1FxVzighCrwyIT+yFteKoWwcfngwjsnCgh9kKDNrV/vqAvboFCzDxffYyIV02CIv+pieDU2GDTTf+gVJUX/Cg26cwM1rzhwMABz+BNlq4LEXlCQBvQnTXzCPy1tBA45cgNEpBZYrsgaj51VN4l+dIanBZwlSb15jgLPUmujxL9Vf1jnfYQsf8kjCFcGstjDFg9amhcC8yolawOgSMvPCsyv8DabTmw==",
		"@@ -1,2 +1,3 @@\n+ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAACAQDShgpw71kjBo5Dp5/QajtJn1Ju6Pma/WZI\u2028\n+MFJ ubxVI0jqJY7ns6Bs3wR JV /lyF1hnDe3ukPCVaZKdyRgCquEXBK0BwC/VbK\n+eSYnLK\u2028M0WZ2Nd98K3uRkZ4EFbmQHLo9hF54yM6txgnEtiN4txpGziQ3lnKx3YzNH\n+yCmZmBudtq4Jd\u2028iIZFjtxfSscVbmmOQzZDK4Z1QMswyBRvQ4Qxt4/AvQxwIkIPv8V\n+bFLDSUe02YsVNxi9R7MI\u202886getiHFjCoqn/PWHBGLTlFFohflN8Vhmia0ZenS6jxU\n+h9BuF6ip832v0vVZj8RHJ3hoS4X\u2028c6eqK JflMjUDEHDwmqYVBijJjTAW8RYBxxFY\n+4I7rydpZpXMLWSHAdMbfLmUSlTZOP7VAaS\u2028Ha/Pa9lXoqkW5 fCrFN22FU9T2VtoP\n+W qKZDxFfu60h5VWg/g9wcLNWorb9GuFGVQVTP2PS\u202823m1FxVzighCrwyIT yFteK\n+oWwcfngwjsnCgh9kKDNrV/vqAvboFCzDxffYyIV02CIv pie\u2028DU2GDTTf gVJUX/C\n+g26cwM1rzhwMABz BNlq4LEXlCQBvQnTXzCPy1tBA45cgNEpBZYrsga\u2028j51VN4l d\n+IanBZwlSb15jgLPUmujxL9Vf1jnfYQsf8kjCFcGstjDFg9amhcC8yolawOgSMv\u2028PC\n+syv8DabTmw== fred@box\n"},
	{"type-wrong+quoted-printable+spaces-base64+yaml+fullwidth", "AAAAB3NzaC1yc2EAAAADAQABAAACAQDzCI4DbxiELuVCgzzGP6P6L5GFIgXPi/P4sRa/6ydoSWJRF7mnEC4WZSaGvCagDoA39+SuT7FuS1pa+jAXNyfbUuAQ2CaBNUWmN3vy/IHTD1A3a2zbzRo8ro4Lf+1V98zEhkSzBPiUglw9N1iXtMj138QwQhFDuNZbtRlxtOoUgBGrPQW1Vqq5iSdegJ4x5uYY9ttDcQHTzvYLQBvE+gLGDAvqCnBsmdI/bJ6WblR8zuGlqrNF5BaeOTuptpM2QtrR3uscNWuqTj2M+W3LCulK/DIBejdR9uKSyjLups5eDF6D8SUNBj89faWmyv3N+VBZDLUbHiAUWet8hcJVji28do9SQSSvfW9sefdOyEUpP0vkErRrP9hAOk5n/vuWXHtFgjtFwhoRWM6yW3WllMpOig2UDTHGAwbK417hU6XVU5SGLiyNFRQJz3zMlBbcK4OVHUfcJkS9/41kJakOFtFSo0LEAuWObZo0iSbsvH6iAiTQBBeLXVkVA4zDfuLHVlUYSiISPv383RqcTGfmUrCiq411mPYBowFMUsg8EQCpXQ9yaUGlN8NAarO6E7mUo9s5ZErKbChZbSYs+LDlap2Tc/CObFlk8tK00OlpR8mWkhw0Et+52/RCvni0LwpT4rHQvZNQDCJRKBD4PKkhhJ059N5N8OAA4jQ+Fu8GXOQBWQ==",
		"users:\n  - name: fred\n    ssh_authorized_keys:\n      - ecdsa-sha2-nistp384 AAAAB3NzaC1yc2EAAAADAQABAAACAQDzCI4DbxiELuVCgzzGP6P6L5G＝\n        FIgXPi／P4sRa／6ydoSW JRF7mnEC4WZSaGvCagDoA39 SuT7FuS1pa jAXNyfbUuAQ2CaBNUWmN3＝\n        vy／IHTD1A3a2zbzRo8ro4Lf 1V98zEhkSzBPiUglw9N1iXtMj138QwQhFDuNZbtRlxtOoUgBGrP＝\n        QW1Vqq5iSdegJ4x5uYY9ttDcQHTzvYLQBvE gLGDAvqCnBsmdI／bJ6WblR8zuGlqrNF5BaeOTup＝\n        tpM2QtrR3uscNWuqTj2M W3LCulK／DIBejdR9uKSyjLups5eDF6D8SUNBj89faWmyv3N VBZDLU＝\n        bHiAUWet8hcJVji28do9SQSSvfW9sefdOyEUpP0vkErRrP9hAOk5n／vuWXHtFgjtFwhoRWM6yW3＝\n        WllMpOig2UDTHGAwbK417hU6XVU5SGLiyNFRQJz3zMlBbcK4OVHUfcJkS9／41kJakOFtFSo0LEA＝\n        uWObZo0iSbsvH6iAiTQBBeLXVkVA4zDfuLHVlUYSiISPv383RqcTGfmUrCiq411mPYBowFMUsg8＝\n        EQCpXQ9yaUGlN8NAarO6E7mUo9s5ZErKbChZbSYs LDlap2Tc／CObFlk8tK00OlpR8mWkhw0Et ＝\n        52／RCvni0LwpT4rHQvZNQDCJRKBD4PKkhhJ059N5N8OAA4jQ Fu8GXOQBWQ＝3D＝3D work lapt＝\n        op 2024"},
	{"rfc4716-joined+wrap-backslash+crlf", "AAAAC3NzaC1lZDI1NTE5AAAAILfrAXe7gn5QtNLaQzVeSDYX6UggwKDuDQ8Qb0fwhJBt",
		"---- BEGIN SSH2 PUBLIC KEY ---- Comment: \"rsa-key-20250101\" AAAA\\\r\nC3NzaC1lZDI1NTE5AAAAILfrAXe7gn5QtNLaQzVeSDYX6UggwKDuDQ8Qb0fw hJB\\\r\nt ---- END SSH2 PUBLIC KEY ---- \r\n"},
	{"rfc4716-joined+url+wrap-indent", "AAAAC3NzaC1lZDI1NTE5AAAAIN1mJjAhAeE96l2KqvztaRNRZWTGPdtvHLzZbMvOSJMy",
		"----+BEGIN+SSH2+PUBLIC+KEY+----+Comment%3A+%22Fr%C3%A9d%C3%A9ric%40maison%22\n    +AAAAC3NzaC1lZDI1NTE5AAAAIN1mJjAhAeE96l2KqvztaRNRZWTGPdtvHLzZbMvO+SJMy+----+\n    END+SSH2+PUBLIC+KEY+----+\r\n"},
	{"rfc4716-joined+unicode-escapes+wrap-doubled+json", "AAAAC3NzaC1lZDI1NTE5AAAAIOp1QmX+YDekFyh1BqmthsKeSl5Sf7CaDPHRg9FDR7Kb",
		"{\"publicKey\":\"---- BEGIN SSH2 PUBLIC KEY ---- Comment: \\\"bob\\\" AAAAC3NzaC1lZDI1NTE5AAAAIOp1QmX\\\\\\n\\nu002bYDekFyh1BqmthsKeSl5Sf7CaDPHRg9FD R7Kb ---- END SSH2 PUBLIC KEY ---- \"}"},
	{"plus-to-space+spaces-base64+label", "AAAAC3NzaC1lZDI1NTE5AAAAIEnFxOBYazBIs8l0h61nch5OSqVb9pQYORuSU/5GeOH+",
		"My public key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEnFxOBYazBIs8l0h61nch5OSqVb9pQYORuSU/5G eOH  root@srv1.example.com"},
	{"padding-more+plus-to-space+break-in-comment+trailing-junk", "AAAAC3NzaC1lZDI1NTE5AAAAII3oMtdSD33U/l4EmD/rfDVWorlSwHbVTbmd9B9oBzG+",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII3oMtdSD33U/l4EmD/rfDVWorlSwHbVTbmd9B9oBzG ==\n== =)\\n"},
	{"literal-n+spaces-base64+echo", "AAAAC3NzaC1lZDI1NTE5AAAAIFynmn3amVPduFKkkdlLF208y4B8Af1a5OhUHP/SaFP+",
		"echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFynmn3amVPduFKkkdlLF208y4B8Af1a5OhUHP/S aFP\\n+\\n' >> ~/.ssh/authorized_keys"},
	{"base64url+wrap-crlf+smart-dashes", "AAAAC3NzaC1lZDI1NTE5AAAAIGvdWODonyuf3gLM+y4YdtqIbdohgMwyXIAm//L/vcyZ",
		"ssh_ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvdWODonyuf3gLM—y4YdtqIbdohgMwyXIAm__L_vcy\r\nZ fred"},
	{"start-lost-typed+quoted-printable+wrap-cr+diff", "AAAAC3NzaC1lZDI1NTE5AAAAIBX4ciRJu+OQO5hzCI5nyoOITV0R1ylMhgxV8yS21UQ6",
		"@@ -1,2 +1,3 @@\n+ssh-ed25519 AAC3NzaC1lZDI1NTE5AAAAIBX4ciRJu+OQO5hzCI5nyoOITV0R1ylMhgxV8yS21=\n+UQ\r6 ssh key of fred\n"},
	{"hex+quoted-printable+wrap-u2028+numbers", "AAAAC3NzaC1lZDI1NTE5AAAAIGKrIca+Qe4QsX1KkbI7j73cfAHpdjFEpZu4VkeMj9/t",
		"1: 0x0000000b7373682d656432353531390000002062ab21c6be41ee10b17d4a91\u2028b23b8fbddc7=\n2: c01e9763144a59bb856478c8fdfed\n"},
	{"type-wrong+quoted-printable+wrap-backslash+paste-brackets-worn", "AAAAC3NzaC1lZDI1NTE5AAAAIOuMGkglyvxZujaRbagnVjMiugRCtwpiPSEArco3m7Rr",
		"0~Ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIOuMGkglyvxZujaRbagnVjMiugRCtwpiPSEArco3m7R=\\\n\nr John Smith1~"},
	{"one-lost+padding-more+wrap-lf", "AAAAC3NzaC1lZDI1NTE5AAAAIOuMGkglyvxZujaRbagnVjMiugRCtwpiPSEArco3m7Rr",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOuMGkglyvxZujaRbagnVjMiugRCtwpiPSEArco3m7R=\nJohn Smith\n"},
	{"three-more", "AAAAC3NzaC1lZDI1NTE5AAAAIKFnPhBnH7tSEn5U4inVbaPjkyy0J/aWpC83IAJXGcrn",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK7tSFnPhBnH7tSEn5U4inVbaPjkyy0J/aWpC83IAJXGcrn work laptop 2024"},
	{"two-more+wrap-lf+quotes", "AAAAC3NzaC1lZDI1NTE5AAAAIEdh3uMt2KCMNefp7giNAEl8Huni4dZW+lVhtaQQPDSU",
		"\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEdh3uMt2KCMNefp7giNAEl8Huni4dZW+lVhtaQQPDMN\\\nSU fred@box\""},
	{"six-lost+wrap-76+fields-apart", "AAAAC3NzaC1lZDI1NTE5AAAAIDM0El1L/Kru1AdFedLydpuv7F/NLdqzQjMstsR1R1S5Lx",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDM0El1L/Kru1AdFedLydpuv7F/NLdqzQjMstsR1\nfred\n"},
	{"seven-lost", "AAAAC3NzaC1lZDI1NTE5AAAAINX6N2hztPqex2E8ao5Go1rlb8FQbn1S41aW7044HDUt",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINX6N2hztPqex2E8ao5Go1rlb8FQbn14HDUt ec2user\n"},
	{"eight-more", "AAAAC3NzaC1lZDI1NTE5AAAAIOWgndtR6BbAazE4SIfZSbCW5vQLUXOkOniQBa6HMig3",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOWgndtR6BbAazE4SIfZSbCW5vQLUXOkOniQBa6HGGBBMig3+Jn+\n"},
	{"one-more+mail", "AAAAC3NzaC1lZDI1NTE5AAAAIHupRGi2tOz58vSRbiGTETHMYS/9clGFj4Qv50vEJgtv",
		"> ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHupRGi2tOz58vSRbiGTETHMYS/9clGFj4Qv50vEJgtw\n> v\n"},
	{"two-more+url", "AAAAC3NzaC1lZDI1NTE5AAAAIGGH4f1cwfLhaGY3ZQUgcyi95gawt6RhC93dumVkVTLF",
		"ssh-ed25519+AAAAC3NzaC1lZDI1NTE5AAAAIGGH4f1cwfLaGhaGY3ZQUgcyi95gawt6RhC93dumVkVTLF+fred%40box"},
	{"three-lost+url", "AAAAC3NzaC1lZDI1NTE5AAAAIHQpH0SZIIoN3zjX24aqRe6AOFIO9Ux1emlL8GqN2nkx",
		"ssh-ed25519+AAAAC3NzaC1lZDI1NTE5AAAAIH0SZIIoN3zjX24aqRe6AOFIO9Ux1emlL8GqN2nkx+deploy_key"},
	{"one-more+one-char-a-line", "AAAAC3NzaC1lZDI1NTE5AAAAICCZcP/wao2BFVfUeN7yVZzQx8+ZuQ6SFypSlz88Ybhe",
		"\"s\ns\nh\n-\ne\nd\n2\n5\n5\n1\n9\n \nA\nA\nA\nA\nC\n3\nN\nz\na\nC\n1\nl\nZ\nD\nI\n1\nN\nT\nE\n5\nA\nA\nA\nA\nI\nC\nC\nZ\nc\nP\n/\n" +
			"w\na\no\n2\nB\nF\nV\nf\nU\ne\nN\n7\ny\nV\nZ\nz\nQ\nx\n8\n+\nZ\nu\nQ\n6\nS\nF\ny\np\nS\nl\nz\n8\n8\nY\nb\nh\nF\ne\""},
	{"three-lost+quoted-printable", "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIJ2YvMoX6MmSPSoGloNOBaWBUbmb5R5ShWWe27hJrfvkAAAABHNzaDo=",
		"sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIJ2YvMoX6MmSPSoGloNOBaWBUbmb5R5ShWWe27hJrfvkAAAABaDo=\nprod\n"},
	{"three-more+quoted-printable", "AAAAB3NzaC1yc2EAAAADAQABAAABgQC4LBijuZEWuecQa7MJYuXIYY3e7Gd3F2oKcHYvYY7M7RdzZ5fvRjJwepQqcp3bXHZexJo+/a2gX16kP0TQWEK/rI8qa/bE3CfCRyWsbxJzeGUD/iVbz2p97xfW4muwXwB+X7yWL0n8geJdaWbrYGwlktB/m0lONFOax6JNWv/OSgV5KMJhcO/Zv9fl7BUUKcrW8POo/tahrCvu9dadfWRZROCsjWGfu2tsdwXkSEMD0/4pGh7eYVVvu4CVCLDY5UzIGI2kn3MrggranweOrd/3T6l9VCQPxi51byfW3zNuu4pEMdZ6An9Vj09fnCrM6Hh0+046L44fqdVTjOCNQ4QE3K9julrNTqAZNr+IpVvVuF7fYXid0752vSYunuLMBJ0dlJ1e9TNE2Kyp1b8oe1LOhhUGigRxAAqizf9ew+Q93dPJwiF+cIYnMpGdqN2RuwWuGCWf5Cq7xWUYFrwOAe/9pAWHHgVcIMgC0IjsS5JVK8boUISI0RiBSvYvxRE0uLU=",
		"ssh-rsa\nAAAAB3NzaC1yc2EAAAADAQABAAABgQC4LBijuZEWuecQa7MJYuXIYY3e7Gd3F2oKcHYvYY7M7RdzZ5fvRjJwepQqcp3bXHZexJo+/a2gX16kP0TQWEK/rI8qa/bE3CfCRyWsbxJzeGUD/iVbz2p97xfW4muwXwB+X7yWL0n8geJdaWbrYGwlktB/m0lONFOax6JNWv/OSgV5KMJhcO/Zv9fl7BUUKcrW8POo/tahrCvu9dadfWRZROCsjWGfu2tsdwXkSEMD0/4pGh7eYVVvu4CVCLDY5UzIGI2kn3MrggranweOrd/3T6l9VCQPxi51byfW3zNuu4pEMdZ6An9Vj09fnCrM6Hh0+046L44fqdVTjOCNQ4QE3K9julrNTqAZNr+IpVvVuF7fYXid0752vSYunuLMBJ0dlJ1e9djqTNE2Kyp1b8oe1LOhhUGigRxAAqizf9ew+Q93dPJwiF+cIYnMpGdqN2RuwWuGCWf5Cq7xWUYFrwOAe/9pAWHHgVcIMgC0IjsS5JVK8boUISI0RiBSvYvxRE0uLU=\nlaptop-k\n"},
	{"three-lost+quoted-printable", "AAAAB3NzaC1yc2EAAAADAQABAAABgQC4LBijuZEWuecQa7MJYuXIYY3e7Gd3F2oKcHYvYY7M7RdzZ5fvRjJwepQqcp3bXHZexJo+/a2gX16kP0TQWEK/rI8qa/bE3CfCRyWsbxJzeGUD/iVbz2p97xfW4muwXwB+X7yWL0n8geJdaWbrYGwlktB/m0lONFOax6JNWv/OSgV5KMJhcO/Zv9fl7BUUKcrW8POo/tahrCvu9dadfWRZROCsjWGfu2tsdwXkSEMD0/4pGh7eYVVvu4CVCLDY5UzIGI2kn3MrggranweOrd/3T6l9VCQPxi51byfW3zNuu4pEMdZ6An9Vj09fnCrM6Hh0+046L44fqdVTjOCNQ4QE3K9julrNTqAZNr+IpVvVuF7fYXid0752vSYunuLMBJ0dlJ1e9TNE2Kyp1b8oe1LOhhUGigRxAAqizf9ew+Q93dPJwiF+cIYnMpGdqN2RuwWuGCWf5Cq7xWUYFrwOAe/9pAWHHgVcIMgC0IjsS5JVK8boUISI0RiBSvYvxRE0uLU=",
		"ssh-rsa\nAAAAB3NzaC1yc2EAAAADAQABAAABgQC4LBijuZEWuecQa7MJYuXIYY3e7Gd3F2oKcHYvYY7M7RdzZ5fvRjJwepQqcp3bXHZexJo+/a2gX16kP0TQWEK/rI8qa/bE3CfCRyWsbxJzeGUD/iVbz2p97xfW4muwXwB+X7yWL0n8geJdaWbrYGwlktB/m0lONFOax6JNWv/OSgV5KMJhcO/Zv9fl7BUUKcrW8POo/tahrCvu9dadfWRZROCsjWGfu2tsdwXkSEMD0/4pGh7eYVVvu4CVCLDY5UzIGI2kn3MrggranweOrd/3T6l9VCQPxi51byfW3zNuu4pEMdZ6An9Vj09fnCrM6Hh0+046L44fqdVTjOCNQ3K9julrNTqAZNr+IpVvVuF7fYXid0752vSYunuLMBJ0dlJ1e9TNE2Kyp1b8oe1LOhhUGigRxAAqizf9ew+Q93dPJwiF+cIYnMpGdqN2RuwWuGCWf5Cq7xWUYFrwOAe/9pAWHHgVcIMgC0IjsS5JVK8boUISI0RiBSvYvxRE0uLU=\nw10 bob\n"},
	{"three-more+wrap-76", "AAAAB3NzaC1yc2EAAAADAQABAAABAQCXT7hblSPKsu0l2uCOn0IMhRcABajlCKFaABIiDQPTM7LIt/SRUAgeFXdLx2uU+J2KB7U3OcPhkRyNubfzdIP2lmWifk1Hn3METHEj4NfYEEpN0V1XTBChG/D8NEgAYHMYgYuLNabTq3bk1Lb0lAVwGBVHSf65CuEQEa6eUIlwXTgcYJ9azfAAmJmN88eBFJS7AEWj8g6QX8whKADZ5REF1gFe5iaZfX0GfAIL2Pz88cjIVKyRLh+4CvuS0cC/dLtnzeM8I+aWnOCh6DPKzplYrZ+aKoLJoaH6iAE8sCccrgeFF1oJh0B8Qtod/pRfv4hmkfETEq2paV+V5/A6PH0x",
		"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCXT7hblSPKsu0l2uCOn0IMhRcABajlCKFaABIi\nDQPTM7LIt/SRUAgeFXdLx2Lx2uU+J2KB7U3OcPhkRyNubfzdIP2lmWifk1Hn3METHEj4NfYEEpN0\nV1XTBChG/D8NEgAYHMYgYuLNabTq3bk1Lb0lAVwGBVHSf65CuEQEa6eUIlwXTgcYJ9azfAAmJmN8\n8eBFJS7AEWj8g6QX8whKADZ5REF1gFe5iaZfX0GfAIL2Pz88cjIVKyRLh+4CvuS0cC/dLtnzeM8I\n+aWnOCh6DPKzplYrZ+aKoLJoaH6iAE8sCccrgeFF1oJh0B8Qtod/pRfv4hmkfETEq2paV+V5/A6P\nH0x W11@backup01\n"},
	{"six-lost", "AAAAC3NzaC1lZDI1NTE5AAAAIEIdll6FiFXWABePrjv68yJ6/EsvsESesVSdJTUwMGjv",
		"{\"key\":\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEIdll6FiFXWABePrjvEsvsESesVSdJTUwMGjv JSmith ci\"}\n"},
	{"nine-lost", "AAAAC3NzaC1lZDI1NTE5AAAAIEa8Mx9zGcDF55vpWlsfaWMDavxvHnd6Pzw5h5UL9Fyh",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEa8Mx9zGcDF55vpWlsfaWMDavxv5UL9Fyh X1Carbon ubuntu\n"},
	{"two-lost", "AAAAC3NzaC1lZDI1NTE5AAAAIEuOfAcmvVrEncjCPCnGPUaUwlzHTD0W0xkYg4gxteXU",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEuOfAcmvEncjCPCnGPUaUwlzHTD0W0xkYg4gxteXU\naB\n"},
	{"no-multiple delete", "AAAAC3NzaC1lZDI1NTE5AAAAIFzW6Wk0e4qQCADWNBPMeRT1duUpiu3Q19d0nhM13oyy",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFzW6Wk0e4qQCADWNBPMeRT1duUp\n    iu3Q19d0M13oyy aB\n"},
	{"no-multiple delete", "AAAAC3NzaC1lZDI1NTE5AAAAINt9NJlBtvr/AmfIo6559h63GEXhkz5PtDlljpvDWkfq",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINt9NJlBtvr/AmfIo6559h6Xhkz5\r\nPtDlljpvDWkfq aB\r\n"},
	{"no-multiple delete", "AAAAC3NzaC1lZDI1NTE5AAAAIDeD3C52pMXNMHrsLSJxTs2gsTBaLhJkGkGJz7lURr9s",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDeD3C52pMXNMHrsLSJxTs2gsTBaLhJkGkURr9s\nT480s\n"},
	{"no-multiple delete", "AAAAC3NzaC1lZDI1NTE5AAAAIIBI0wL0uHpHRbM6S89KIdTeyrCHs3CvS4yfWs27UkUI",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIBI0wL0uHpHRbM6S89KIdTeyrCHs3CvS4s27UkUI aB\n"},
	{"three-lost+quoted-printable, no key", "AAAAC3NzaC1lZDI1NTE5AAAAIGJEyBPvi2lQwU5ZqNxgMke9tF+nM895pYQQcWuC2Ico",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJEyBPvi2lQwU5ZgMke9tF+nM895pYQQcWuC2Ico=\nred\n"},
	{"four-lost+ppk-part", "AAAAC3NzaC1lZDI1NTE5AAAAIEPRDt++YqZz65B7etnNJ0EIAVfkD2Kak8Hf5YBk89Jm",
		"Public-Lines: 1\nAAAAC3NzaC1lZDI1NTE5AAAAIEPRDt++YqZz65B7J0EIAVfkD2Kak8Hf5YBk89Jm\nfred\n"},
	{"four-lost", "AAAAC3NzaC1lZDI1NTE5AAAAICtKFcA+AnxqLpbdbK8OjcH3vqaisiPufsWdqkewLK1I",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICtKFcA+AnxqLpbdjcH3vqaisiPufsWdqkewLK1I work bob@host\n"},
}

func TestTornEnds(t *testing.T) {
	for _, c := range tornEnds {
		got, res := printed(t, []byte(c.text))
		if len(got) > 0 && !strings.HasSuffix(got[0], c.blob) {
			t.Errorf("%s: another key: %q", c.damage, res.Text)
		}
		refused := slices.ContainsFunc(res.Findings, func(f sshkey.Finding) bool { return f.Severity == sshkey.Refused })
		if len(got) != 1 && !refused {
			t.Errorf("%s: %d keys and nothing refused", c.damage, len(got))
		}
	}
}

// TestCommentBelow: a key and its type are as wide as a terminal, so that the
// comment begins the next line.
func TestCommentBelow(t *testing.T) {
	for _, comment := range []string{"fred", "homeNAS", "myVPS", "macOS", "McDonald", "3com", "x86box", "jdoe@box", "work laptop"} {
		s := sample{must(sshkey.EdDSAPublicKey{Curve: "Ed25519", Key: ed(random(t))}.PublicKey()), comment}
		got, res := printed(t, []byte("> "+s.key.String()+"\n> "+comment+"\n"))
		if !slices.Equal(got, []string{s.key.String()}) {
			t.Errorf("%s: not printed: %v", comment, res.Findings)
		}
	}
}

// TestPlusesEnd: where spaces stand for plus signs, padding or the point of a curve
// tells the end, whatever word begins the next line.
func TestPlusesEnd(t *testing.T) {
	keys := []string{
		"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC LPT1d7/L46GiVLmZx0Ia82jz4QAEN70WoUuFSDy6TO9Nmty kbz3TTfLX3qZoBZoLSfFnNe7B/kjkqxsIErDDbyREGiZuBcGM0s74jtVp5OUCJsHzjmIyQT GpbAQFzs5jslhyXO4kxM7AVpEQlcldIts5roRrMSBDJZX7TmdgnDiXXJKDmQG5yhsQXyXQnyK5mimAPYfJ3dznWEcruLkrWR4JuJQDd8z/SmvwVXI5al3KOL0CviFi2Ps4mMk7h4yO3Op6dXlq8mxFeGJEU560FFoNFra6vbo I05WhEF7f5lS2KBwPqJPmrCT7V rloiZ3jh2v4QYkFPupEkJ1blHPQ hPyVBtHD/7NA5bJ0SMkGpTQ2SRxOleKrCy0T0pKBDwsDYElRfql weZlUiundgbR3JSyvtezuRb/My1okLkWJwejoiELsglxYqNexU63zFE2yrLydyjg7Y40k/HlzzrC83tmXNrN644w rnUg/QyZkQQc39 r1DRMytHPs=",
		"ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAHY6fVSFHPhGoWfOg8RblQxb2sVwZvfi1kH3E8tgZ7BVv2pSuHSKrcBdbOKCuXU188j1K7lClE9WcXt64UHeObbbwAWoCdEnYVrdGd//ESRt22pGYftbi wivTknFDN 8TrdVFhlpewLDw4Z37v8KBtR4ga7JntCS7Gfsdc0WKvVZG88Q==",
	}
	for _, text := range []string{"cat <<EOF\n%s\nEOF\n", "“%s”\r\n", "%s =)\nEOF\n"} {
		for _, key := range keys {
			typ, blob, _ := strings.Cut(key, " ")
			want := typ + " " + strings.ReplaceAll(blob, " ", "+")
			if got, res := printed(t, []byte(strings.Replace(text, "%s", key, 1))); !slices.Equal(got, []string{want}) {
				t.Errorf("%q: %v", text, res.Findings)
			}
		}
	}
}

// TestWordsBelow: a word below a key that was broken in one way is not taken for its end,
// though one of its lines begins with n, r or t.
func TestWordsBelow(t *testing.T) {
	const key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDPlAHY9jm4RWbLnHZdzxEhL+z7ExyQBxA253qy+H98BLvJYn/b2IZ83PfUU48zgM7WpiBCsbOr6eFrU/LJaLw4M5fxbb3i40+ezjgymFNMq9jShV+H1hDao7octXxOGZKXlEG7w9tTJnFNwBWCcgQpG7eBnak/bME/LttWgTIUVCmOaOVhGbT5oh3iwc/kWG/x+g6usRcntzfMeBWmEI8Jjv59ZqCWVsqV90vmxjiYEgD7pdOQdWTcWoY8ppirn4W1CnVbe03d5qxAhTuTesbPPDR9x5IvNwL+wRQiGyquosOeeZ6/ZeAHG1+JPPeHhpjOlJsg2AuzJHA39pNMDU4p"
	for width := 60; width <= 76; width++ {
		for _, end := range []string{`\n`, `\r\n`, `\\n`, "\\\n", " ", "<br>\n", "<br />", "<wbr>"} {
			for _, below := range []string{"fred@box\n", "Thanks, Fred\n", "\nThanks,\nFred\n"} {
				if got, res := printed(t, []byte(fold(key, width, end)+"\n"+below)); !slices.Equal(got, []string{key}) {
					t.Errorf("%d, %s, %q: %v", width, end, below, res.Findings)
				}
			}
		}
	}
}

// TestYAMLComment: a plain value of YAML goes on in the line below, where that stands
// further in: there a program that wraps lines puts the key's comment.
func TestYAMLComment(t *testing.T) {
	key := "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGE4bt23a+kQGFK0Wg/0K9rE+NfWDHOZmBBX2xjzEl93"
	for text, want := range map[string]string{
		"users:\n- name: bob\n  keys:\n  - KEY\n    alice laptop\n":     key + " alice laptop\n",
		"key: KEY\n  rsa-key-20240101\n":                                key + " rsa-key-20240101\n",
		"keys:\n- KEY\n  alice laptop\n- ssh-rsa AAAA\nname: x\n":       key + " alice laptop\n",
		"keys:\n- key: KEY\n  name: bob\n":                              key + "\n", // another member
		"keys:\n- KEY\n- bob\n":                                         key + "\n", // another item
		"keys:\n- KEY\n  one\n  two\n":                                  key + "\n", // of two lines it could be any
		"keys:\n- KEY\n  restrict\n":                                    "",         // no comment
		"keys:\n- KEY\n  from=\"10.0.0.1\"\n":                           "",
		"authorized_keys:\n  - KEY\n    no-pty\n  - ssh-rsa AAAA b@c\n": "",
	} {
		res, err := Text([]byte(strings.ReplaceAll(text, "KEY", key)), Options{})
		if err != nil || string(res.Text) != want {
			t.Errorf("%q gives %q, %v", text, res.Text, res.Findings)
		}
	}
}

// TestBackslashesInQuotes: two backslashes in a quoted line are two for a shell and one
// for Python, and so the command is not known.
func TestBackslashesInQuotes(t *testing.T) {
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGE4bt23a+kQGFK0Wg/0K9rE+NfWDHOZmBBX2xjzEl93 me"
	for _, quote := range []string{"'", "`"} {
		if got, res := printed(t, []byte(quote+`command="/bin/x \\"a b\\"" `+key+quote+"\n")); len(got) > 0 {
			t.Errorf("%q", res.Text)
		}
		if _, res := printed(t, []byte(quote+`command="/bin/x \"a b\"" `+key+quote+"\n")); string(res.Text) != `command="/bin/x \"a b\"" `+key+"\n" {
			t.Errorf("%q: %v", res.Text, res.Findings)
		}
	}
}

// TestTranscript: what ssh-keygen says while it makes a key, and the fingerprint of the
// key that follows, stand in nobody's way; another's fingerprint is still refused.
func TestTranscript(t *testing.T) {
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGE4bt23a+kQGFK0Wg/0K9rE+NfWDHOZmBBX2xjzEl93 me@host"
	const said = "Generating public/private ed25519 key pair.\nEnter file in which to save the key (/home/me/.ssh/id_ed25519): \nYour public key has been saved in id.pub\n" +
		"The key fingerprint is:\nFINGERPRINT me@host\nThe key's randomart image is:\n+--[ED25519 256]--+\n|   ...o .  oo.   |\n|    ..=o+ .      |\n+----[SHA256]-----+\n$ cat id.pub\n"
	k, err := authkeys.ParseLine([]byte(key))
	if err != nil {
		t.Fatal(err)
	}
	for fingerprint, refused := range map[string]bool{k.Public.Fingerprint(): false, k.Public.FingerprintMD5(): false, "SHA256:nYxOSrVfHAEaEdoUSDqCQ/L+VLGpdOrp8Lb3Y7ujfLo": true} {
		for _, line := range []string{key, "> " + key, strings.Replace(key, "NTE5", "NTE5\n", 1)} {
			got, res := printed(t, []byte(strings.Replace(said, "FINGERPRINT", fingerprint, 1)+line+"\n"))
			is := slices.ContainsFunc(res.Findings, func(f sshkey.Finding) bool { return f.Severity == sshkey.Refused })
			if is != refused || !slices.Equal(got, []string{k.Public.String()}) {
				t.Errorf("%s, %q: %q, %v", fingerprint, line, got, res.Findings)
			}
		}
	}
}

// TestFieldsInFront: what stands in front of a key in forms and tables, where it does not
// speak of a restriction.
func TestFieldsInFront(t *testing.T) {
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGE4bt23a+kQGFK0Wg/0K9rE+NfWDHOZmBBX2xjzEl93"
	for _, text := range []string{
		"title=ci&key=" + url.QueryEscape(key+" me"), "hostname=test&ssh-public-keys=" + strings.ReplaceAll(url.PathEscape(key+" me"), "+", "%2B"),
		"http://sn,,,\"" + key + " me\",mykey",
	} {
		if _, res := printed(t, []byte(text+"\n")); string(res.Text) != key+" me\n" {
			t.Errorf("%q gives %q, %v", text, res.Text, res.Findings)
		}
	}
	for _, text := range []string{"command=x&key=" + key, "restrict&key=" + key, `{"options":{"restrict":true}},"key":"` + key + `"}`, `{"status":{"revoked":true},"key":"` + key + `"}`,
		"name=command&key=" + key, "restricted=1&key=" + key, "id=1&cmd=ls&key=" + key, "access=readonly&key=" + key, "id=revoked&key=" + key,
		"Hello<br>" + key + " me<BR>restrict<br>bye", "Hello<br>" + key + " me<wbr>restrict<br>bye", "restrict,,,\"" + key + "\""} {
		if got, res := printed(t, []byte(text+"\n")); len(got) > 0 {
			t.Errorf("%q gives %q", text, res.Text)
		}
	}
}
