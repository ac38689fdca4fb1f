"""Who may do what: for now, the bearer tokens of the REST door.

token ──digest──▶ file of digests ──verify──▶ name

* `token`: pure; makes a token, its digest, and compares them in constant time.
* `tokens`: `TokenFile`, the tokens of one home by name; only digests are stored.
* `private_file`: `write_private`, replace a file in one step, readable by its owner only.
"""
