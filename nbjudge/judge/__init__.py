"""The judge: runs test cells, in a trusted process, on proxies of the objects that live in a worker."""
