"""The trusted side: test cells against stand-ins of what lives in a worker."""
