"""How messages leave besides the mail server: returned letters, push services, text messages."""

from config import environment

# --- Letters that come back: empty is off, and they come back to whom they were sent by ----------
MEGDAN_BOUNCE_DOMAIN = environment.text("MEGDAN_BOUNCE_DOMAIN").lower()

# --- Messages on phones: the key is made once by `manage.py prepare` where none is given ---------
MEGDAN_VAPID_KEY = environment.text("MEGDAN_VAPID_KEY")
# Push services besides those of the known browsers, as host or host:port.
MEGDAN_PUSH_HOSTS = environment.words("MEGDAN_PUSH_HOSTS")

# --- Text messages through a gateway that takes HTTP; empty is off -------------------------------
MEGDAN_SMS_URL = environment.text("MEGDAN_SMS_URL")
MEGDAN_SMS_BODY = environment.text("MEGDAN_SMS_BODY", '{"to": "{to}", "text": "{text}"}')
MEGDAN_SMS_FORMAT = environment.text("MEGDAN_SMS_FORMAT", "json")
MEGDAN_SMS_AUTHORIZATION = environment.text("MEGDAN_SMS_AUTHORIZATION")
