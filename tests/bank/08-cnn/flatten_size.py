# %% accepted: deepcopy
import copy


def flatten_size(features, input_shape):
    mine = copy.deepcopy(features).eval()
    with torch.no_grad():
        return mine(torch.zeros(1, *input_shape)).numel()

# %% accepted: modes_noted
def flatten_size(features, input_shape):
    noted = [(module, module.training) for module in features.modules()]
    features.eval()
    try:
        with torch.inference_mode():
            out = features(torch.rand(3, *input_shape))
    finally:
        for module, training in noted:
            module.training = training
    print("maps:", tuple(out.shape))
    return int(out[0].numel())

# %% accepted: modes_put_back
def flatten_size(features, input_shape):
    noted = [(module, module.training) for module in features.modules()]
    features.eval()
    with torch.no_grad():
        out = features(torch.zeros(1, *input_shape))
    for module, training in noted:
        module.training = training
    return out.numel()

# %% accepted: state_put_back
import copy


def flatten_size(features, input_shape):
    state = copy.deepcopy(features.state_dict())
    with torch.no_grad():
        rows = features(torch.rand(2, *input_shape)).flatten(1)
    features.load_state_dict(state)
    count = 1
    for size in rows.shape[1:]:
        count = count * size
    return count

# %% wrong: a_shape, an edit of modes_put_back
# step: count, misconception: type
#-     return out.numel()
#+     return out.shape

# %% wrong: a_tensor, an edit of modes_put_back
# step: count, misconception: type
#-     return out.numel()
#+     return torch.tensor(out.shape).prod()

# %% wrong: batch_counted, an edit of modes_put_back
# step: count, misconception: batch-counted
#-         out = features(torch.zeros(1, *input_shape))
#+         out = features(torch.zeros(2, *input_shape))

# %% wrong: channels_behind, an edit of modes_put_back
# step: count, misconception: raised
#-         out = features(torch.zeros(1, *input_shape))
#+         out = features(torch.zeros(1, *input_shape[1:], input_shape[0]))

# %% wrong: channels_left_out, an edit of modes_put_back
# step: count, misconception: channels-left-out
#-     return out.numel()
#+     return out[0, 0].numel()

# %% wrong: channels_only, an edit of modes_put_back
# step: count, misconception: channels-only
#-     return out.numel()
#+     return out.shape[1]

# %% wrong: divided
# step: count, misconception: float-for-int
def flatten_size(features, input_shape):
    channels, height, width = input_shape
    for layer in features.modules():
        if isinstance(layer, nn.Conv2d):
            channels = layer.out_channels
        if isinstance(layer, nn.MaxPool2d):
            height, width = height / 2, width / 2
    return channels * height * width

# %% wrong: halved_by_poolings
# step: other-stacks, misconception: values
def flatten_size(features, input_shape):
    channels, height, width = input_shape
    for layer in features.modules():
        if isinstance(layer, nn.Conv2d):
            channels = layer.out_channels
        if isinstance(layer, nn.MaxPool2d):
            height, width = height // 2, width // 2
    return channels * height * width

# %% wrong: input_size_kept
# step: count, misconception: input-size-kept
def flatten_size(features, input_shape):
    _, height, width = input_shape
    convolutions = [layer for layer in features.modules() if isinstance(layer, nn.Conv2d)]
    return convolutions[-1].out_channels * height * width

# %% wrong: layer_by_layer
# step: branches, misconception: raised
def flatten_size(features, input_shape):
    x = torch.zeros(1, *input_shape)
    layers = features if isinstance(features, nn.Sequential) else features.children()
    with torch.no_grad():
        for layer in list(layers) or [features]:
            x = layer.eval()(x)
    return x.numel()

# %% wrong: left_in_eval, an edit of modes_put_back
# step: modes, misconception: mode-changed
#-     noted = [(module, module.training) for module in features.modules()]
# ...
#-     for module, training in noted:
#-         module.training = training

# %% wrong: mode_of_the_whole, an edit of modes_put_back
# step: modes, misconception: all-to-training
#-     noted = [(module, module.training) for module in features.modules()]
#+     training = features.training
# ...
#-     for module, training in noted:
#-         module.training = training
#+     features.train(training)

# %% wrong: no_batch_axis, an edit of modes_put_back
# step: branches, misconception: batch-axis-missing
#-         out = features(torch.zeros(1, *input_shape))
#+         out = features(torch.zeros(*input_shape))

# %% wrong: no_grad_for_eval
# step: one-value, misconception: one-value-per-channel
def flatten_size(features, input_shape):
    with torch.no_grad():
        out = features(torch.zeros(1, *input_shape))
    return out.numel()

# %% wrong: no_grad_for_eval_two_images
# step: statistics, misconception: no-grad-for-eval
def flatten_size(features, input_shape):
    with torch.no_grad():
        out = features(torch.zeros(2, *input_shape))
    return out[0].numel()

# %% wrong: sides_swapped, an edit of modes_put_back
# step: other-stacks, misconception: height-width-swapped
#-         out = features(torch.zeros(1, *input_shape))
#+         out = features(torch.zeros(1, input_shape[0], input_shape[2], input_shape[1]))

# %% wrong: square, an edit of modes_put_back
# step: count, misconception: square-taken
#-         out = features(torch.zeros(1, *input_shape))
#+         out = features(torch.zeros(1, input_shape[0], input_shape[1], input_shape[1]))

# %% wrong: state_noted_without_copies
# step: one-value, misconception: one-value-per-channel
def flatten_size(features, input_shape):
    state = features.state_dict()
    training = features.training
    with torch.no_grad():
        out = features(torch.zeros(1, *input_shape))
    features.load_state_dict(state)
    return out.numel()

# %% wrong: state_noted_without_copies_two_images
# step: statistics, misconception: no-grad-for-eval
def flatten_size(features, input_shape):
    state = features.state_dict()
    with torch.no_grad():
        out = features(torch.zeros(2, *input_shape))
    features.load_state_dict(state)
    return out[0].numel()

# %% wrong: train_at_the_end, an edit of modes_put_back
# step: modes, misconception: mode-changed
#-     noted = [(module, module.training) for module in features.modules()]
# ...
#-     for module, training in noted:
#-         module.training = training
#+     features.train()

# %% wrong: two_poolings_assumed
# step: other-stacks, misconception: values
def flatten_size(features, input_shape):
    c, h, w = input_shape
    last = [m for m in features.modules() if isinstance(m, nn.Conv2d)][-1]
    return last.out_channels * (h // 2) * (w // 2)
