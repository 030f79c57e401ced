"""rectutor: recommendation with language models, learned by touching it.

The package backs the notebooks in `notebooks/`; each module can be read on its own.
Importing it is cheap: torch and transformers are loaded by the modules that use them.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
