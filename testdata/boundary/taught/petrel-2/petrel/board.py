import gradio as gr

from .calls import explain, name_file

with gr.Blocks(title="Petrel", analytics_enabled=False) as board:
    gr.Markdown("# Which bird is this?")
    sound = gr.Audio(type="filepath", label="Recording, at most one minute")
    species = gr.Label(num_top_classes=5)
    why = gr.Textbox(label="What to listen for", lines=4)
    sound.change(name_file, sound, species)
    gr.Button("Explain").click(explain, species, why, concurrency_limit=2)
