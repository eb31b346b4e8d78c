"""The trusted side: test cells against proxies of what lives in a worker."""
