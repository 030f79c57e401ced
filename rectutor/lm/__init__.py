"""Language models behind one protocol, `schema.LanguageModel`: score, generate, embed.

Nothing is imported here, so that `rectutor.lm.scripted` needs neither torch nor transformers.
"""

__all__ = []
