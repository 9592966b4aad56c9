"""Sound in, words out, nothing private left; modules in reading order below.

errors            what is refused, by name
formats           which audio format a file has, told by its bytes
audio             any telephone recording in blocks at a wanted rate
silence           speech, silence and talking at once, by energy
transcript        words, turns and the transcript file (published to other packages)
engines           the Recogniser protocol, `transcribe`, a scripted recogniser
models            speech models: installed, checked, described
model_archives    archives of models, unpacked without trusting them
vosk_engine       Vosk as a recogniser; the only importer of vosk
encryption        chunks under a recording's own key, wrapped by a master key
encrypted_file    an encrypted recording, readable from anywhere in it
store             the AudioStore protocol and the folder that keeps recordings
spoken_numbers    digits as they are said in Turkish
redaction         private numbers found, masked and located
retention         what is due for a destruction proposal

`fixture/` holds a speech model of one synthesiser's voices, for tests and the demo.
"""
