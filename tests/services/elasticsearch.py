"""A real Elasticsearch node for tests: the address given, else one built and started here.

The libraries come from Maven Central at first use and stay in DUIJIE_TEST_CACHE (default
~/.cache/duijie). A node can be stopped, frozen, killed and started again, for tests of faults."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import requests

SOURCES = Path(__file__).parent / "elasticsearch_node"
NETTY_DESCRIPTOR = "META-INF/es-plugins/transport-netty4/plugin-descriptor.properties"
START_SECONDS = 120


class Unavailable(Exception):
    """Why no node can run here."""


def _cache() -> Path:
    root = os.environ.get("DUIJIE_TEST_CACHE") or Path.home() / ".cache" / "duijie"
    digest = hashlib.sha256()
    for path in sorted(SOURCES.iterdir()):
        digest.update(path.read_bytes())
    return Path(root) / f"elasticsearch-{digest.hexdigest()[:12]}"


def _run(*command: str, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise Unavailable(f"{command[0]} failed: {(done.stdout + done.stderr)[-1500:]}")


def _build(folder: Path) -> None:
    """Fill `folder` with lib/ (the server) and home/ (modules, config)."""
    lib, home = folder / "lib", folder / "home"
    _run(
        "mvn", "-q", "-B", "-f", str(SOURCES / "pom.xml"), "dependency:copy-dependencies",
        f"-DoutputDirectory={lib}", cwd=folder,
    )  # fmt: skip
    netty, lucene = home / "modules" / "transport-netty4", home / "modules" / "analysis-lucene"
    for path in (netty, lucene, home / "plugins", home / "config"):
        path.mkdir(parents=True)
    for jar in [*lib.glob("netty-*.jar"), *lib.glob("transport-netty4-*.jar")]:
        shutil.move(jar, netty / jar.name)
    with zipfile.ZipFile(next(netty.glob("transport-netty4-*.jar"))) as archive:
        lines = archive.read(NETTY_DESCRIPTOR).decode().splitlines()
    kept = [line for line in lines if not line.startswith("modulename")]
    (netty / "plugin-descriptor.properties").write_text("\n".join(kept) + "\n")
    classes = folder / "classes"
    _run(
        "javac", "-cp", f"{lib}/*", "-d", str(classes), str(SOURCES / "AnalysisLucenePlugin.java"),
        cwd=folder,
    )  # fmt: skip
    with zipfile.ZipFile(lucene / "analysis-lucene.jar", "w") as archive:
        for path in classes.rglob("*.class"):
            archive.write(path, path.relative_to(classes))
    shutil.copy(SOURCES / "plugin-descriptor.properties", lucene)
    _run(
        "javac", "-cp", f"{lib}/*", "-d", str(folder / "launcher"), str(SOURCES / "EsNode.java"),
        cwd=folder,
    )  # fmt: skip


def installation() -> Path:
    """The folder with lib/, home/ and launcher/, built when it is not there.

    Raises Unavailable with the reason when Java 17+ or Maven is missing or the build fails."""
    folder = _cache()
    if (folder / "ready").exists():
        return folder
    for program in ("java", "javac", "mvn"):
        if shutil.which(program) is None:
            raise Unavailable(f"no Elasticsearch: {program} is not installed")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _build(folder)
            (folder / "ready").touch()
    return folder


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Node:
    """A node of our own on free ports, with its data in a folder that `close` removes.

    `peers`: `name=host:port` of every node of its cluster, itself among them; alone without."""

    def __init__(self, name: str = "test-node", *, heap: str = "512m") -> None:
        self.installation = installation()
        self.work = Path(tempfile.mkdtemp(prefix="duijie-es-"))
        self.name, self.heap = name, heap
        self.port, self.transport_port = _free_port(), _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.peers: list[str] = []
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until the node answers."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start without waiting."""
        base = self.installation
        logs = self.work / "logs"
        (self.work / "tmp").mkdir(exist_ok=True)
        logs.mkdir(exist_ok=True)
        with (logs / "stdout.log").open("ab") as output:
            self.process = subprocess.Popen(
                [
                    "java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                    f"-Xms{self.heap}", f"-Xmx{self.heap}",
                    "--add-modules=jdk.incubator.vector",
                    f"-Djava.io.tmpdir={self.work / 'tmp'}",
                    f"-Des.logs.base_path={logs}", "-Des.logs.cluster_name=duijie-test",
                    f"-Des.logs.node_name={self.name}",
                    "-cp", f"{base / 'launcher'}:{base / 'lib'}/*", "EsNode",
                    str(base / "home"), str(self.work / "data"),
                    str(self.port), str(self.transport_port), self.name, *self.peers,
                ],
                stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def wait(self) -> None:
        """Wait until the node answers and every primary shard is there."""
        log = self.work / "logs" / "stdout.log"
        deadline = time.monotonic() + START_SECONDS
        health = f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=5s"
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                if requests.get(health, timeout=6).status_code == 200:
                    return
            except requests.RequestException:
                time.sleep(0.25)
        raise Unavailable(f"Elasticsearch did not start: {log.read_text()[-1500:]}")

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def freeze(self) -> None:
        """It accepts and never answers (SIGSTOP)."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was frozen."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """It is gone at once (SIGKILL); its data stay for `start`."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """It ends in good order (its input closes); its data stay for `start`."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait(timeout=60)
            self.process = None

    def close(self) -> None:
        """Gone, its data too."""
        self.kill()
        shutil.rmtree(self.work, ignore_errors=True)


class Cluster:
    """Several nodes that know each other."""

    def __init__(self, count: int = 3, *, heap: str = "320m") -> None:
        self.nodes = [Node(f"node-{number}", heap=heap) for number in range(count)]
        peers = [f"{node.name}=127.0.0.1:{node.transport_port}" for node in self.nodes]
        for node in self.nodes:
            node.peers = peers
        self.urls = [node.url for node in self.nodes]

    def start(self) -> None:
        """Start those that do not run, and wait until all answer as one cluster."""
        for node in self.nodes:
            if node.process is None:
                node.launch()
        for node in self.nodes:
            node.wait()
        self.wait_for(f"wait_for_nodes={len(self.nodes)}")

    def wait_for(self, condition: str) -> None:
        """Wait for what the cluster's health can be asked to wait for."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for url in self.urls:
                try:
                    address = f"{url}/_cluster/health?{condition}&timeout=5s"
                    if requests.get(address, timeout=10).status_code == 200:
                        return
                except requests.RequestException:
                    time.sleep(0.2)
        raise Unavailable(f"no cluster with {condition}")

    def close(self) -> None:
        """Gone, its data too."""
        for node in self.nodes:
            node.close()


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The address of a node: the one given by ELASTICSEARCH_URL, else one for as long as this
    lasts. Raises Unavailable with the reason."""
    given = os.environ.get("ELASTICSEARCH_URL", "").split(",")[0].strip()
    if given:
        yield given
        return
    node = Node()
    try:
        node.start()
        yield node.url
    finally:
        node.close()
