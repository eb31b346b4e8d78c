# %% accepted: clone_for_the_branch
def add_shortcut(x, branch):
    return F.relu(branch(x.clone()) + x)

# %% accepted: clone_of_the_shortcut
def add_shortcut(x, branch):
    shortcut = x.clone()
    y = branch(x * 1)
    y += shortcut
    print(y.shape)
    return y.relu_()

# %% accepted: plus_zero
def add_shortcut(x, branch):
    total = torch.stack([branch(x + 0), x]).sum(dim=0)
    return total.clamp(min=0)

# %% wrong: as_it_was
# step: sum-first, misconception: relu-before-sum
def add_shortcut(x, branch):
    shortcut = x
    y = F.relu(branch(x))
    return y + shortcut

# %% wrong: both_relus
# step: sum-first, misconception: relu-before-sum
def add_shortcut(x, branch):
    return F.relu(F.relu(branch(x.clone())) + x)

# %% wrong: clone_detached
# step: gradients, misconception: wrong-gradient
def add_shortcut(x, branch):
    return F.relu(branch(x.clone()) + x.detach())

# %% wrong: clone_of_the_shortcut_only
# step: input, misconception: mutates-input
def add_shortcut(x, branch):
    shortcut = x.clone()
    return F.relu(branch(x) + shortcut)

# %% wrong: clone_too_late
# step: spoiling, misconception: shortcut-spoiled
def add_shortcut(x, branch):
    y = branch(x)
    return F.relu(y + x.clone())

# %% wrong: detached
# step: spoiling, misconception: shortcut-spoiled
def add_shortcut(x, branch):
    shortcut = x.detach()
    return F.relu(branch(x) + shortcut)

# %% wrong: in_place_sum
# step: spoiling, misconception: shortcut-spoiled
def add_shortcut(x, branch):
    x = x.clone()
    x += branch(x)
    return F.relu(x)

# %% wrong: in_place_sum_on_the_input
# step: input, misconception: mutates-input
def add_shortcut(x, branch):
    y = branch(x.clone())
    x += y
    return F.relu(x)

# %% wrong: fixed_in_place
# step: gradients, misconception: in-place-on-saved
def add_shortcut(x, branch):
    """The copy is put right again after the branch has run."""
    y = x.clone()
    r = branch(y)
    with torch.no_grad():
        y.copy_(x)
    y += r
    return F.relu(y)

# %% wrong: no_final_relu
# step: sum-first, misconception: no-final-relu
def add_shortcut(x, branch):
    return branch(x.clone()) + x

# %% wrong: no_relu_in_branch
# step: spoiling, misconception: values
def add_shortcut(x, branch):
    layers = [layer for layer in branch if not isinstance(layer, nn.ReLU)] if isinstance(branch, nn.Sequential) else [branch]
    return F.relu(nn.Sequential(*layers)(x) + x)

# %% wrong: no_shortcut
# step: sum-first, misconception: no-shortcut
def add_shortcut(x, branch):
    return F.relu(branch(x.clone()))

# %% wrong: only_the_clone
# step: sum-first, misconception: relu-before-sum
def add_shortcut(x, branch):
    return F.relu(branch(x.clone())) + x

# %% wrong: second_name
# step: spoiling, misconception: shortcut-spoiled
def add_shortcut(x, branch):
    shortcut = x
    y = branch(x)
    return F.relu(y + shortcut)

# %% wrong: shared_clone
# step: spoiling, misconception: shortcut-spoiled
def add_shortcut(x, branch):
    x = x.clone()
    return F.relu(branch(x) + x)

# %% wrong: twice
# step: sum-first, misconception: shortcut-twice
def add_shortcut(x, branch):
    y = branch(x.clone())
    y += x
    return F.relu(y + x)

# %% wrong: view
# step: spoiling, misconception: shortcut-spoiled
def add_shortcut(x, branch):
    shortcut = x.view(x.shape)
    return F.relu(branch(x) + shortcut)

# %% wrong: clone_and_in_place_sum
# step: input, misconception: mutates-input
def add_shortcut(x, branch):
    shortcut = x.clone()
    y = branch(x)
    y += shortcut
    return F.relu(y, inplace=True)

# %% wrong: not_in_place
# step: spoiling, misconception: shortcut-spoiled
def add_shortcut(x, branch):
    shortcut = x
    y = branch(x)
    y = y + shortcut
    return F.relu(y, inplace=False)

# %% wrong: copied_by_copy
# step: spoiling, misconception: shortcut-spoiled
import copy
def add_shortcut(x, branch):
    shortcut = copy.copy(x)
    y = branch(shortcut)
    return F.relu(x + y)

# %% wrong: relu_of_shortcut
# step: sum-first, misconception: relu-on-shortcut
def add_shortcut(x, branch):
    shortcut = F.relu(x.clone())
    return F.relu(branch(x.clone()) + shortcut)

# %% wrong: branch_twice
# step: sum-first, misconception: branch-twice
def add_shortcut(x, branch):
    y = F.relu(branch(x.clone()))
    return F.relu(branch(y) + x)

# %% wrong: relu_before_branch
# step: sum-first, misconception: relu-before-branch
def add_shortcut(x, branch):
    shortcut = x.clone()
    return F.relu(branch(F.relu(x)) + shortcut)

# %% wrong: branch_copied
# step: spoiling, misconception: shortcut-spoiled
import copy
def add_shortcut(x, branch):
    b = copy.deepcopy(branch)
    return F.relu(b(x) + x)

# %% wrong: new_tensor
# step: gradients, misconception: wrong-gradient
def add_shortcut(x, branch):
    shortcut = torch.tensor(x)
    return F.relu(branch(x.clone()) + shortcut)

# %% wrong: branch_not_recorded
# step: gradients, misconception: wrong-gradient
def add_shortcut(x, branch):
    with torch.no_grad():
        y = branch(x.clone())
    return F.relu(y + x)

# %% wrong: relu_in_place_first
# step: sum-first, misconception: relu-before-branch
def add_shortcut(x, branch):
    return F.relu(branch(F.relu_(x)) + x)
