# %% accepted: adam
def learn_kernel(images, targets, kernel_size, steps=300):
    weight = torch.randn(1, 1, kernel_size, kernel_size, requires_grad=True)
    optimizer = torch.optim.Adam([weight], lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(F.conv2d(images, weight), targets)
        loss.backward()
        optimizer.step()
    return weight.detach()[0, 0]

# %% accepted: by_hand
def learn_kernel(images, targets, kernel_size, steps=300):
    kernel = torch.zeros(kernel_size, kernel_size, requires_grad=True)
    for _ in range(steps):
        maps = F.conv2d(images, kernel.reshape(1, 1, kernel_size, kernel_size))
        (slope,) = torch.autograd.grad(((maps - targets) ** 2).mean(), [kernel])
        with torch.no_grad():
            kernel -= 0.1 * slope
    return kernel.data

# %% accepted: layer
def learn_kernel(images, targets, kernel_size, steps=300):
    layer = nn.Conv2d(1, 1, kernel_size, bias=False)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    criterion = nn.MSELoss()
    for step in range(steps):
        loss = criterion(layer(images), targets)
        loss.backward()
        optimizer.step()
        layer.zero_grad()
    return layer.weight.detach()[0, 0]

# %% accepted: slopes_without_autograd
@torch.no_grad()
def learn_kernel(images, targets, kernel_size, steps=300):
    windows = images[:, 0].unfold(1, kernel_size, 1).unfold(2, kernel_size, 1)
    kernel = torch.rand(kernel_size, kernel_size)
    for _ in range(steps):
        wrong = (windows * kernel).sum((-2, -1)) - targets[:, 0]
        kernel = kernel - 0.2 * (wrong[..., None, None] * windows).mean((0, 1, 2))
    return kernel

# %% wrong: absolute_loss_uphill, an edit of adam
# step: finds, misconception: diverged
#-         loss = F.mse_loss(F.conv2d(images, weight), targets)
#+         loss = -F.mse_loss(F.conv2d(images, weight), targets)

# %% wrong: adds_up_its_gradients, an edit of adam
# step: finds, misconception: diverged
#-         optimizer.zero_grad()

# %% wrong: axes_kept, an edit of adam
# step: kernel, misconception: axes-kept
#-     return weight.detach()[0, 0]
#+     return weight.detach()

# %% wrong: adds_up_small_gradients, an edit of layer
# step: finds, misconception: no-zero-grad
#-     optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
#+     optimizer = torch.optim.SGD(layer.parameters(), lr=0.01)
# ...
#-         layer.zero_grad()

# %% wrong: cleared_before_the_step, an edit of adam
# step: finds, misconception: nothing-learned
#-         optimizer.zero_grad()
# ...
#          loss.backward()
#+         optimizer.zero_grad()

# %% wrong: computed_leaf, an edit of adam
# step: kernel, misconception: non-leaf
#-     weight = torch.randn(1, 1, kernel_size, kernel_size, requires_grad=True)
#+     weight = 0.1 * torch.randn(1, 1, kernel_size, kernel_size, requires_grad=True)

# %% wrong: flipped, an edit of adam
# step: finds, misconception: kernel-flipped
#-         loss = F.mse_loss(F.conv2d(images, weight), targets)
#+         loss = F.mse_loss(F.conv2d(images, weight.flip(2, 3)), targets)

# %% wrong: graph_kept, an edit of adam
# step: plain, misconception: graph-kept
#-     return weight.detach()[0, 0]
#+     return weight[0, 0]

# %% wrong: least_squares
# step: steps, misconception: steps-ignored
def learn_kernel(images, targets, kernel_size, steps=300):
    windows = images[:, 0].unfold(1, kernel_size, 1).unfold(2, kernel_size, 1).reshape(-1, kernel_size**2)
    return torch.linalg.lstsq(windows, targets.reshape(-1, 1)).solution.reshape(kernel_size, kernel_size)

# %% wrong: loss_given, an edit of adam
# step: kernel, misconception: loss-returned
#-     return weight.detach()[0, 0]
#+     return loss.item()

# %% wrong: loss_given_as_tensor, an edit of adam
# step: kernel, misconception: loss-returned
#-     return weight.detach()[0, 0]
#+     return loss

# %% wrong: maps_before_the_loop, an edit of adam
# step: kernel, misconception: graph-used-twice
#      optimizer = torch.optim.Adam([weight], lr=0.1)
#+     loss = F.mse_loss(F.conv2d(images, weight), targets)
# ...
#-         loss = F.mse_loss(F.conv2d(images, weight), targets)

# %% wrong: no_backward, an edit of adam
# step: finds, misconception: nothing-learned
#-         loss.backward()

# %% wrong: new_tensor_each_step, an edit of by_hand
# step: kernel, misconception: no-grad-record
#-             kernel -= 0.1 * slope
#+             kernel = kernel - 0.1 * slope

# %% wrong: no_record, an edit of adam
# step: kernel, misconception: no-grad-record
#-     weight = torch.randn(1, 1, kernel_size, kernel_size, requires_grad=True)
#+     weight = torch.randn(1, 1, kernel_size, kernel_size)

# %% wrong: no_return, an edit of adam
# step: kernel, misconception: missing-return
#-     return weight.detach()[0, 0]

# %% wrong: no_step_from_zeros, an edit of adam
# step: finds, misconception: nothing-learned
#-     weight = torch.randn(1, 1, kernel_size, kernel_size, requires_grad=True)
#+     weight = torch.zeros(1, 1, kernel_size, kernel_size, requires_grad=True)
# ...
#-         optimizer.step()

# %% wrong: one_step_after_the_loop, an edit of adam
# step: finds, misconception: nothing-learned
#-         optimizer.step()
#+     optimizer.step()

# %% wrong: other_size, an edit of adam
# step: sizes, misconception: target-shape
#-     weight = torch.randn(1, 1, kernel_size, kernel_size, requires_grad=True)
#+     weight = torch.randn(1, 1, 3, 3, requires_grad=True)

# %% wrong: padded, an edit of adam
# step: kernel, misconception: target-shape
#-         loss = F.mse_loss(F.conv2d(images, weight), targets)
#+         loss = F.mse_loss(F.conv2d(images, weight, padding="same"), targets)

# %% wrong: return_in_loop, an edit of adam
# step: finds, misconception: nothing-learned
#          optimizer.step()
#-     return weight.detach()[0, 0]
#+         return weight.detach()[0, 0]

# %% wrong: steps_fixed, an edit of adam
# step: steps, misconception: steps-ignored
#-     for _ in range(steps):
#+     for _ in range(300):

# %% wrong: sum_of_squares, an edit of layer
# step: kernel, misconception: diverged
#-     criterion = nn.MSELoss()
#+     criterion = nn.MSELoss(reduction="sum")

# %% wrong: tiny_steps, an edit of adam
# step: finds, misconception: not-there-yet
#-     optimizer = torch.optim.Adam([weight], lr=0.1)
#+     optimizer = torch.optim.Adam([weight], lr=0.001)

# %% wrong: slow_steps, an edit of layer
# step: finds, misconception: not-there-yet
#-     optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
#+     optimizer = torch.optim.SGD(layer.parameters(), lr=0.003)

# %% wrong: transposed, an edit of adam
# step: finds, misconception: kernel-transposed
#-     return weight.detach()[0, 0]
#+     return weight.detach()[0, 0].T

# %% wrong: two_axes, an edit of adam
# step: kernel, misconception: weight-axes
#-     weight = torch.randn(1, 1, kernel_size, kernel_size, requires_grad=True)
#+     weight = torch.randn(kernel_size, kernel_size, requires_grad=True)

# %% wrong: no_list, an edit of adam
# step: kernel, misconception: optimizer-without-list
#-     optimizer = torch.optim.Adam([weight], lr=0.1)
#+     optimizer = torch.optim.Adam(weight, lr=0.1)
