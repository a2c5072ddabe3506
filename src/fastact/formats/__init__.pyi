from fastact.formats import gguf as gguf
from fastact.formats import safetensors as safetensors
