import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * One Elasticsearch node for tests: HOME DATA HTTP_PORT TRANSPORT_PORT NAME, then NAME=HOST:PORT of every
 * node of its cluster, itself among them; alone without any. Ends when its stdin closes.
 */
public class EsNode {
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]);
        String name = args[4];
        List<String> peers = List.of(args).subList(5, args.length);
        Settings.Builder builder = Settings.builder();
        if (peers.isEmpty()) {
            builder.put("discovery.type", "single-node");
        } else {
            builder.putList("discovery.seed_hosts", peers.stream().map(peer -> peer.split("=")[1]).toList());
            builder.putList("cluster.initial_master_nodes", peers.stream().map(peer -> peer.split("=")[0]).toList());
        }
        Settings settings = builder
            .put("path.home", home.toString())
            .put("path.data", args[1])
            .put("cluster.name", "duijie-test")
            .put("node.name", name)
            .put("network.host", "127.0.0.1")
            .put("http.port", args[2])
            .put("transport.port", args[3])
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        LogConfigurator.configureWithoutConfig(settings);
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings, Map.of(), home.resolve("config"), () -> name);
        PluginsLoader plugins = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir()),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir()),
            Map.of(),
            false);
        Node node = new Node(environment, plugins);
        node.start();
        System.out.println("started");
        while (System.in.read() != -1) {
            // The parent writes nothing; the end of the stream is its end.
        }
        node.close();
        System.exit(0);
    }
}
