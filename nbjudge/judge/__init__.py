"""The judge: runs test cells, in a trusted process, on proxies of the objects that live in a worker.

judge             has cells run, and reports the outputs of each
instructor_names  names that the source alone binds: the judge binds them itself
namespace         the names that a test cell uses, kept the same as the student's
proxy             an object of the worker, in a test cell; `errors`: its errors, rebuilt
link              requests to the worker; `callbacks`: what goes to it, and what it may ask for
hidden_tests      what a student may read of an error
sanitize_outputs  what a worker prints and displays, made harmless
"""
