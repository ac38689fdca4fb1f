"""The commands of the chat, one module for each group: `/repo`, `/service` and so on."""
