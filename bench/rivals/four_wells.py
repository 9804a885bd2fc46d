"""Four bosons on four lossy wells (../four_wells.yaml) by QuTiP's mesolve, and errors of either program.

    four_wells.py run OUT.npz            CPU seconds of one call of mesolve
    four_wells.py errors OUT.npz QFP.h5  largest error of <n_j> and of the variances of n_j over the times

Exact: loss takes bosons away and hopping keeps them, so that 70 states with four bosons or fewer hold everything; of these the
whole superoperator is exponentiated (scipy, expm_multiply), without QuTiP.
"""
import itertools
import sys
import time
import warnings

import numpy as np

WELLS, LEVELS, BOSONS, J, U, LOSS = 4, 5, (2, 1, 1, 0), 1.0, 1.0, 0.2
TIMES = np.linspace(0, 2, 5)


def run(path):
    warnings.filterwarnings("ignore")
    import qutip as qt

    def of(well):
        return qt.tensor([qt.destroy(LEVELS) if k == well else qt.qeye(LEVELS) for k in range(WELLS)])

    a = [of(well) for well in range(WELLS)]
    h = sum(-J * (a[k].dag() * a[(k + 1) % WELLS] + a[(k + 1) % WELLS].dag() * a[k]) for k in range(WELLS))
    h += sum(0.5 * U * m.dag() * m.dag() * m * m for m in a)
    psi = qt.tensor([qt.basis(LEVELS, n) for n in BOSONS])
    means = [m.dag() * m for m in a]
    options = {"atol": 1e-10, "rtol": 1e-8, "nsteps": 10**8}
    options = qt.Options(**options) if hasattr(qt, "Options") else dict(options, progress_bar="")
    start = time.process_time()
    result = qt.mesolve(h, psi * psi.dag(), TIMES, c_ops=[np.sqrt(LOSS) * m for m in a],
                        e_ops=means + [n * n for n in means], options=options)
    seconds = time.process_time() - start
    n, squared = np.array(result.expect[:WELLS]).real, np.array(result.expect[WELLS:]).real
    np.savez(path, values=np.concatenate([n, squared - n**2]))
    print(f"{seconds:.3f}")


def exact():
    from scipy import sparse
    from scipy.sparse.linalg import expm_multiply

    states = [s for s in itertools.product(range(LEVELS), repeat=WELLS) if sum(s) <= sum(BOSONS)]
    index = {s: i for i, s in enumerate(states)}
    a = []
    for well in range(WELLS):
        m = sparse.lil_matrix((len(states), len(states)))
        for s in states:
            if s[well] > 0:
                lower = s[:well] + (s[well] - 1,) + s[well + 1:]
                m[index[lower], index[s]] = np.sqrt(s[well])
        a.append(m.tocsr())
    h = sum(-J * (a[k].T @ a[(k + 1) % WELLS] + a[(k + 1) % WELLS].T @ a[k]) for k in range(WELLS))
    h = h + sum(0.5 * U * m.T @ m.T @ m @ m for m in a)
    one = sparse.identity(len(states))
    loss = sum(LOSS * (sparse.kron(m, m) - 0.5 * (sparse.kron(m.T @ m, one) + sparse.kron(one, m.T @ m))) for m in a)
    generator = (-1j * (sparse.kron(h, one) - sparse.kron(one, h.T)) + loss).tocsr()
    rho = np.zeros((len(states), len(states)), dtype=complex)
    rho[index[BOSONS], index[BOSONS]] = 1
    path = expm_multiply(generator, rho.ravel(), start=TIMES[0], stop=TIMES[-1], num=len(TIMES))
    populations = path.reshape(len(TIMES), len(states), len(states)).diagonal(axis1=1, axis2=2).real
    n = populations @ np.array(states)
    return np.concatenate([n.T, (populations @ np.array(states) ** 2 - n**2).T])


def errors(theirs, ours):
    import h5py

    right = exact()
    with h5py.File(ours) as f:
        mine = np.array([f["observables"][f"{kind}{k + 1}"][:] for kind in ("n_", "var_n_") for k in range(WELLS)])
    return np.abs(mine - right).max(), np.abs(np.load(theirs)["values"] - right).max()


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(sys.argv[2])
    else:
        print("ours %.2e, theirs %.2e" % errors(sys.argv[2], sys.argv[3]))
