"""A local language model as the reader of a talk, for those who run one.

Reading with a codebook in hand is where such models shine. This one gets the whole codebook (`prompt`), sees a few
lines at a time, and is believed only as far as it can point to the words: what it cites must stand in the line, and a
harsh tag needs two passes that agree (`reader`). It is asked at an OpenAI-compatible server (Ollama, llama.cpp, LM
Studio) on this computer and nowhere else (`server`). Where it gives no usable answer, another reader reads instead.
"""

from analysis.tagging.llm.reader import Read, read
from analysis.tagging.llm.server import Server, connect, loopback

__all__ = ["Read", "Server", "connect", "loopback", "read"]
