"""People and what they may do: who is there, who is on duty, and the tokens of the HTTP door.

token ──digest──▶ file of digests ──verify──▶ name

* `token`: pure; makes a token, its digest, and compares them in constant time.
* `tokens`: `TokenFile`, the tokens of one home by name; only digests are stored.
* `keyring`: `Keyring`, whose token it is: of the command line, of the home, or a JWT (`jwt`).
* `identity`: pure; who asks and what they may do. `throttle`: whoever guesses must wait.
* `audit`: `Audit`, who changed what. `senders`: what senders of webhooks prove themselves with.
* `signing`: pure; signatures of Standard Webhooks, in and out.
* `person`, `calendar`: pure; who somebody is, and who is on duty at a moment.
* `directory`: `Directory`, everybody in Redis: people, groups and calendars by name.
* `invitations`: `Invitations`, one-time secrets by which Telegram learns who somebody is.
* `private_file`: `write_private`, replace a file in one step, readable by its owner only.
"""
