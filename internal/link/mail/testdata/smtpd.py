"""A real SMTP server for the tests, made of aiosmtpd.

    smtpd.py MODE [CERT KEY]

MODE is none, starttls or tls; with a certificate a login is demanded. It prints
JSON lines: first its port, then each message that arrived. Some recipients are
refused: no@ for good, later@ for now.
"""
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("no@"):
            return "550 5.1.1 there is nobody of this name"
        if address.startswith("later@"):
            return "451 4.3.0 not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "data": envelope.content.decode("utf-8"),
            "helo": session.host_name, "tls": server.transport.get_extra_info("sslcontext") is not None, "login": bool(session.authenticated),
        }), flush=True)
        return "250 taken"


def login(server, session, envelope, mechanism, data):
    good = data.login == b"plumbline" and data.password == b"planted-password"
    return AuthResult(success=good)


async def main(mode, cert=None, key=None):
    context = None
    if cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
    starttls = context if mode == "starttls" else None

    def made():
        return SMTP(Handler(), hostname="test", require_starttls=starttls is not None, tls_context=starttls,
                    authenticator=login if cert else None, auth_required=bool(cert), auth_require_tls=mode == "starttls")

    loop = asyncio.get_running_loop()
    server = await loop.create_server(made, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
