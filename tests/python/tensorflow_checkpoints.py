"""Run by TensorFlow's own Python: compares a checkpoint of ours with the tensors it was made from, and writes one as Magenta trains.

FOLDER holds tensors.npz and ours/model.ckpt-7; the script writes theirs/model.ckpt-3 after three updates of Adam with a gradient of 0, so
that the variables keep their values and their slots exist.
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

folder = Path(sys.argv[1])
tensors = dict(np.load(folder / "tensors.npz"))
reader = tf.train.load_checkpoint(str(folder / "ours" / "model.ckpt-7"))
names = set(reader.get_variable_to_shape_map())
assert names == {*tensors, "global_step"}, names ^ {*tensors, "global_step"}
for name, values in tensors.items():
    found = reader.get_tensor(name)
    assert found.dtype == np.float32, name
    assert np.array_equal(found, values), name
assert tf.train.latest_checkpoint(str(folder / "ours")).endswith("model.ckpt-7")
assert reader.get_variable_to_dtype_map()["global_step"] == tf.int64

v1 = tf.compat.v1
with tf.Graph().as_default(), v1.Session() as session:
    step = v1.train.get_or_create_global_step()
    variables = [v1.get_variable(name, initializer=values, use_resource=False) for name, values in tensors.items()]
    loss = tf.add_n([tf.reduce_sum(variable * 0.0) for variable in variables])
    update = v1.train.AdamOptimizer(1e-3).minimize(loss, global_step=step)
    session.run(v1.global_variables_initializer())
    for _ in range(3):
        session.run(update)
    (folder / "theirs").mkdir()
    v1.train.Saver().save(session, str(folder / "theirs" / "model.ckpt"), global_step=step)
print(f"TensorFlow {tf.__version__}: {len(tensors)} tensors are equal")
