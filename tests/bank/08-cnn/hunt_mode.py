# %% accepted: train_in_the_loop
def train_and_watch(model, loader, held_out, optimizer, epochs):
    shares = []
    for _epoch in range(epochs):
        model.train()
        for x, y in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            right = model(held_out[0]).argmax(dim=1) == held_out[1]
        shares.append(right.float().mean().item())
    return shares

# %% accepted: with_the_course
def train_and_watch(model, loader, held_out, optimizer, epochs):
    def epoch():
        training.train_epoch(model, loader, optimizer)
        return training.accuracy(model, [held_out])

    return [epoch() for _ in range(epochs)]

# %% wrong: as_it_was, an edit of train_in_the_loop
# step: each-epoch, misconception: eval-mode-left
#-     shares = []
#-     for _epoch in range(epochs):
#-         model.train()
#+     shares = []
#+     model.train()
#+     for _epoch in range(epochs):

# %% wrong: no_train_at_all, an edit of train_in_the_loop
# step: each-epoch, misconception: eval-mode-left
#-         model.train()

# %% wrong: no_eval, an edit of train_in_the_loop
# step: one-epoch, misconception: judged-in-training
#-         model.eval()

# %% wrong: eval_too_early, an edit of train_in_the_loop
# step: one-epoch, misconception: trained-in-eval
#-         model.train()
#+         model.eval()

# %% wrong: judged_at_the_end, an edit of train_in_the_loop
# step: each-epoch, misconception: judged-once
#-         model.eval()
#-         with torch.no_grad():
#-             right = model(held_out[0]).argmax(dim=1) == held_out[1]
#-         shares.append(right.float().mean().item())
#-     return shares
#+     model.eval()
#+     with torch.no_grad():
#+         right = model(held_out[0]).argmax(dim=1) == held_out[1]
#+     return [right.float().mean().item()]

# %% wrong: one_share, an edit of train_in_the_loop
# step: one-epoch, misconception: judged-once
#-     return shares
#+     return shares[-1]

# %% wrong: tensors, an edit of train_in_the_loop
# step: one-epoch, misconception: type
#-         shares.append(right.float().mean().item())
#+         shares.append(right.float().mean())

# %% wrong: no_return, an edit of train_in_the_loop
# step: one-epoch, misconception: missing-return
#-     return shares

# %% wrong: step_taken_out, an edit of train_in_the_loop
# step: one-epoch, misconception: no-step
#-             optimizer.step()

# %% wrong: zero_grad_taken_out, an edit of train_in_the_loop
# step: one-epoch, misconception: other-training
#-             optimizer.zero_grad()

# %% wrong: percent, an edit of train_in_the_loop
# step: one-epoch, misconception: values
#-         shares.append(right.float().mean().item())
#+         shares.append(100 * right.float().mean().item())

# %% wrong: judged_before
# step: one-epoch, misconception: judged-before
def train_and_watch(model, loader, held_out, optimizer, epochs):
    shares = []
    for _epoch in range(epochs):
        model.eval()
        with torch.no_grad():
            right = model(held_out[0]).argmax(dim=1) == held_out[1]
        shares.append(right.float().mean().item())
        model.train()
        for x, y in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    return shares
