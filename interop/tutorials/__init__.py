"""Networks of digits and clothes as tutorials build them, each a function that returns a Keras model.

A network is called by its function, and told apart from its source's others by its docstring: where it is from. Wide ones
are narrower here; kinds and order of layers, windows and strides are the source's.
"""

import inspect

from . import books, kaggle, keras_io, parts, tensorflow

MODULES = (tensorflow, keras_io, books, kaggle, parts)


def networks() -> dict:
    """All of them: name to function."""
    return {
        name: function
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
