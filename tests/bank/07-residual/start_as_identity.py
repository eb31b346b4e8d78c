# %% accepted: data
def start_as_identity(block):
    """By the names in the state_dict: a layer with a running mean is a BatchNorm."""
    names = [key.removesuffix(".running_mean") for key in block.state_dict() if key.endswith("running_mean")]
    names = [name for name in names if name.split(".")[0] != "shortcut"]
    print("zeroing", names[-1])
    block.get_submodule(names[-1]).weight.data.fill_(0)
    return block

# %% accepted: init
def start_as_identity(block):
    norms = [
        layer
        for name, layer in block.named_modules()
        if isinstance(layer, nn.BatchNorm2d) and not name.startswith("shortcut")
    ]
    nn.init.zeros_(norms[-1].weight)
    return block

# %% accepted: load_state
def start_as_identity(block):
    state = block.state_dict()
    gammas = [key[: -len("running_mean")] + "weight" for key in state if "running_mean" in key and "shortcut." not in key]
    state[gammas[-1]] = torch.zeros_like(state[gammas[-1]])
    block.load_state_dict(state)
    return block

# %% accepted: no_grad
def start_as_identity(block):
    last = None
    for name, child in block.named_children():
        if name == "shortcut":
            continue
        for layer in child.modules():
            if isinstance(layer, nn.BatchNorm2d):
                last = layer
    with torch.no_grad():
        last.weight *= 0
    return block

# %% wrong: all, an edit of init
# step: zero, misconception: every-norm
#-     nn.init.zeros_(norms[-1].weight)
#+     for norm in norms:
#+         nn.init.zeros_(norm.weight)

# %% wrong: beta_only, an edit of init
# step: zero, misconception: beta-too
#-     nn.init.zeros_(norms[-1].weight)
#+     nn.init.zeros_(norms[-1].bias)

# %% wrong: beta_too, an edit of init
# step: zero, misconception: beta-too
#      nn.init.zeros_(norms[-1].weight)
#+     nn.init.zeros_(norms[-1].bias)

# %% wrong: buffer, an edit of init
# step: zero, misconception: other-tensor
#-     nn.init.zeros_(norms[-1].weight)
#+     nn.init.zeros_(norms[-1].running_var)

# %% wrong: children_only, an edit of init
# step: shortcut, misconception: none-found
#-         for name, layer in block.named_modules()
#+         for name, layer in block.named_children()

# %% wrong: convolution, an edit of init
# step: zero, misconception: other-tensor
#-         if isinstance(layer, nn.BatchNorm2d) and not name.startswith("shortcut")
#+         if isinstance(layer, nn.Conv2d) and not name.startswith("shortcut")

# %% wrong: copy, an edit of init
# step: zero, misconception: nothing-changed
#  def start_as_identity(block):
#+     import copy
#+
#+     block = copy.deepcopy(block)

# %% wrong: copy_returned, an edit of init
# step: returns, misconception: copy-returned
#-     return block
#+     import copy
#+
#+     return copy.deepcopy(block)

# %% wrong: eval, an edit of init
# step: nothing-else, misconception: mode-changed
#-     return block
#+     return block.eval()

# %% wrong: first, an edit of init
# step: zero, misconception: first-norm
#-     nn.init.zeros_(norms[-1].weight)
#+     nn.init.zeros_(norms[0].weight)

# %% wrong: frozen, an edit of init
# step: trainable, misconception: frozen
#      nn.init.zeros_(norms[-1].weight)
#+     norms[-1].weight.requires_grad_(False)

# %% wrong: identity_layer, an edit of init
# step: shortcut, misconception: by-name
#-     nn.init.zeros_(norms[-1].weight)
#+     nn.init.zeros_(block.bn2.weight)

# %% wrong: in_place_with_grad, an edit of init
# step: zero, misconception: in-place-on-leaf
#-     nn.init.zeros_(norms[-1].weight)
#+     norms[-1].weight.zero_()

# %% wrong: last_registered, an edit of init
# step: shortcut, misconception: shortcut-norm
#-         if isinstance(layer, nn.BatchNorm2d) and not name.startswith("shortcut")
#+         if isinstance(layer, nn.BatchNorm2d)

# %% wrong: name_only, an edit of init
# step: zero, misconception: nothing-changed
#-     nn.init.zeros_(norms[-1].weight)
#+     gamma = norms[-1].weight
#+     gamma = torch.zeros_like(gamma)

# %% wrong: new_parameter, an edit of init
# step: trainable, misconception: parameter-replaced
#-     nn.init.zeros_(norms[-1].weight)
#+     norms[-1].weight = nn.Parameter(torch.zeros_like(norms[-1].weight))

# %% wrong: no_return, an edit of init
# step: returns, misconception: missing-return
#-     return block

# %% wrong: number, an edit of init
# step: zero, misconception: parameter-replaced
#-     nn.init.zeros_(norms[-1].weight)
#+     norms[-1].weight = 0

# %% wrong: one_channel, an edit of init
# step: zero, misconception: not-zero
#-     nn.init.zeros_(norms[-1].weight)
#+     with torch.no_grad():
#+         norms[-1].weight[0] = 0

# %% wrong: removed, an edit of init
# step: zero, misconception: parameter-removed
#-     nn.init.zeros_(norms[-1].weight)
#+     norms[-1].weight = None

# %% wrong: returns_gamma, an edit of init
# step: returns, misconception: type
#-     nn.init.zeros_(norms[-1].weight)
#-     return block
#+     return nn.init.zeros_(norms[-1].weight)

# %% wrong: returns_the_layer, an edit of init
# step: returns, misconception: copy-returned
#-     return block
#+     return norms[-1]

# %% wrong: second, an edit of init
# step: shortcut, misconception: first-norm
#-     nn.init.zeros_(norms[-1].weight)
#+     nn.init.zeros_(norms[1].weight)

# %% wrong: shortcut_too, an edit of init
# step: shortcut, misconception: every-norm
#      nn.init.zeros_(norms[-1].weight)
#+     for layer in getattr(block, "shortcut", nn.Identity()).modules():
#+         if isinstance(layer, nn.BatchNorm2d):
#+             nn.init.zeros_(layer.weight)

# %% wrong: small, an edit of init
# step: zero, misconception: not-zero
#-     nn.init.zeros_(norms[-1].weight)
#+     nn.init.constant_(norms[-1].weight, 1e-3)

# %% wrong: last_of_all
# step: shortcut, misconception: shortcut-norm
def start_as_identity(block):
    norms = [m for m in block.modules() if isinstance(m, nn.BatchNorm2d)]
    with torch.no_grad():
        norms[-1].weight.fill_(0)
    return block

# %% wrong: conv_and_norm
# step: zero, misconception: more-than-gamma
def start_as_identity(block):
    last = None
    for name, m in block.named_modules():
        if isinstance(m, (nn.Conv2d, nn.BatchNorm2d)) and not name.startswith("shortcut"):
            last = m
            conv = m if isinstance(m, nn.Conv2d) else conv
    nn.init.zeros_(last.weight)
    nn.init.zeros_(conv.weight)
    return block

# %% wrong: clone_zeroed
# step: zero, misconception: nothing-changed
def start_as_identity(block):
    norms = [m for n, m in block.named_modules() if isinstance(m, nn.BatchNorm2d) and not n.startswith("shortcut")]
    norms[-1].weight.detach().clone().zero_()
    return block

# %% wrong: plain_tensor
# step: zero, misconception: parameter-replaced
def start_as_identity(block):
    norms = [m for n, m in block.named_modules() if isinstance(m, nn.BatchNorm2d) and not n.startswith("shortcut")]
    norms[-1].weight = torch.zeros(norms[-1].num_features)
    return block

# %% wrong: parameters_reset
# step: zero, misconception: beta-too
def start_as_identity(block):
    norms = [m for n, m in block.named_modules() if isinstance(m, nn.BatchNorm2d) and not n.startswith("shortcut")]
    norms[-1].reset_parameters()
    return block

# %% wrong: first_found
# step: zero, misconception: first-norm
def start_as_identity(block):
    last = None
    for m in block.modules():
        if isinstance(m, nn.BatchNorm2d):
            last = m
            break
    nn.init.zeros_(last.weight)
    return block

# %% wrong: number_as_data
# step: zero, misconception: parameter-replaced
def start_as_identity(block):
    norms = [m for n, m in block.named_modules() if isinstance(m, nn.BatchNorm2d) and not n.startswith("shortcut")]
    norms[-1].weight.data = 0
    return block

# %% wrong: by_bn_in_the_name
# step: shortcut, misconception: none-found
def start_as_identity(block):
    norms = [m for n, m in block.named_modules() if "bn" in n]
    nn.init.zeros_(norms[-1].weight)
    return block

# %% wrong: first_weight
# step: zero, misconception: other-tensor
def start_as_identity(block):
    names = [n for n, p in block.named_parameters() if n.endswith("weight") and not n.startswith("shortcut")]
    nn.init.zeros_(block.get_parameter(names[0]))
    return block

# %% wrong: ones_for_zeros
# step: zero, misconception: not-zero
def start_as_identity(block):
    norms = [m for n, m in block.named_modules() if isinstance(m, nn.BatchNorm2d) and not n.startswith("shortcut")]
    nn.init.ones_(norms[-1].weight)
    return block

# %% wrong: last_child
# step: shortcut, misconception: by-name
def start_as_identity(block):
    nn.init.zeros_(list(block.children())[-1].weight)
    return block

# %% wrong: stops_at_the_shortcut
# step: shortcut, misconception: none-found
def start_as_identity(block):
    last = None
    for n, m in block.named_modules():
        if n.startswith("shortcut"):
            break
        if isinstance(m, nn.BatchNorm2d):
            last = m
    nn.init.zeros_(last.weight)
    return block
